"""From what is stored to what is seen: ready words and pictures for the templates."""
