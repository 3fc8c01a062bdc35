"""The events that webhooks deliver."""
