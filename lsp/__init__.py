"""The Language Server: handlers that call the editor, and open documents as bytes."""
