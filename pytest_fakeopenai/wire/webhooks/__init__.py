"""Webhook events: their types and signatures."""
