"""What evals and graders compute."""
