"""The team's coding standards as an MCP server: text to follow, and rules that prove what can be proved."""
