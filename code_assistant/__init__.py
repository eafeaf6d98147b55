"""An MCP server that draws on other MCP servers to write code, and checks it before returning it."""
