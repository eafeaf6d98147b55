"""The gate: the judge as a command for whole repositories, for changes, and for every edit of an agent."""
