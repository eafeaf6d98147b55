"""The gate inside agents: what each host asks after an edit, what it is answered, and where the hooks are written."""
