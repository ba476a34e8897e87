"""What AWS does with the planned resources, written from AWS's own documentation."""
