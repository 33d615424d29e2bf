"""From the bytes of a content folder to the model, with all findings at once."""
