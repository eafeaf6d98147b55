"""A short file in each language for `check_code`: the size of a small answer. Nothing here is ever run."""

from __future__ import annotations

from collections.abc import Mapping

SAMPLES: Mapping[str, str] = {
    "python": '''"""Read settings from a file."""

from __future__ import annotations

import json
from pathlib import Path


def read_settings(path: Path) -> dict[str, str]:
    """Return the settings in a JSON file; an empty mapping when there is none."""
    if not path.exists():
        return {}
    settings: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return settings
''',
    "javascript": """/** Reads settings from a file. */
import { readFile } from 'node:fs/promises';

/**
 * Return the settings in a JSON file.
 * @param {string} path the file
 * @returns {Promise<Record<string, string>>} the settings
 */
export async function readSettings(path) {
  const text = await readFile(path, 'utf8');
  return JSON.parse(text);
}
""",
    "typescript": """/** Reads settings from a file. */
import { readFile } from 'node:fs/promises';

/** Return the settings in a JSON file. */
export async function readSettings(path: string): Promise<Map<string, string>> {
  const text = await readFile(path, 'utf8');
  const values = JSON.parse(text) as Record<string, string>;
  return new Map(Object.entries(values));
}
""",
    "java": """package example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads settings from a file. */
public final class SettingsReader {
  private SettingsReader() {}

  /** Returns the lines of the file. */
  public static List<String> read(Path path) throws IOException {
    return Files.readAllLines(path);
  }
}
""",
    "go": """// Package settings reads settings from a file.
package settings

import (
	"encoding/json"
	"fmt"
	"os"
)

// Read returns the settings in a JSON file.
func Read(path string) (map[string]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading settings: %w", err)
	}
	var values map[string]string
	if err := json.Unmarshal(data, &values); err != nil {
		return nil, fmt.Errorf("parsing %s: %w", path, err)
	}
	return values, nil
}
""",
    "rust": """//! Reads settings from a file.

use std::fs;
use std::io;
use std::path::Path;

/// Returns the lines of the file.
///
/// # Errors
///
/// The file cannot be read.
pub fn read_settings(path: &Path) -> io::Result<Vec<String>> {
    let text = fs::read_to_string(path)?;
    Ok(text.lines().map(str::to_owned).collect())
}
""",
    "sql": """-- The settings of each user, newest first.
SELECT
    users.name,
    settings.key,
    settings.value
FROM users
INNER JOIN settings ON settings.user_id = users.id
WHERE users.is_active = TRUE
ORDER BY settings.changed_at DESC
LIMIT 100;
""",
    "html": """<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Settings</title>
  </head>
  <body>
    <main>
      <h1>Settings</h1>
      <form method="post" action="/settings">
        <label for="name">Name</label>
        <input id="name" name="name" autocomplete="name">
        <button type="submit">Save</button>
      </form>
    </main>
  </body>
</html>
""",
    "css": """/* The settings form. */
:root {
  --gap: 1rem;
}

.settings {
  display: grid;
  gap: var(--gap);
}

.settings__button:focus-visible {
  outline: 2px solid currentcolor;
}
""",
}
