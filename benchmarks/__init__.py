"""What specedit is measured by: replay, losslessness, quality and speed, on recorded edits."""
