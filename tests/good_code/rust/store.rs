//! Users in SQLite.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rand::rngs::OsRng;
use rand::RngCore;
use rusqlite::{params, params_from_iter, Connection};

/// What can go wrong.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// SQLite failed.
    Sqlite(rusqlite::Error),
    /// The text says what.
    Invalid(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(error) => write!(f, "sqlite: {error}"),
            Self::Invalid(text) => write!(f, "invalid: {text}"),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Keeps users.
pub struct Store {
    connection: Connection,
    folder: PathBuf,
}

impl Store {
    /// Names the users with these ids.
    ///
    /// # Errors
    /// SQLite failed.
    pub fn names(&self, ids: &[i64]) -> Result<HashMap<i64, String>, StoreError> {
        let marks = vec!["?"; ids.len()].join(", ");
        let sql = format!("SELECT id, name FROM users WHERE id IN ({marks})");
        let mut statement = self.connection.prepare(&sql)?;
        let rows = statement.query_map(params_from_iter(ids), |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect::<Result<_, _>>().map_err(StoreError::from)
    }

    /// Adds a row.
    ///
    /// # Errors
    /// There are no values, or SQLite failed.
    pub fn insert(&self, columns: &[&str], values: &[String]) -> Result<(), StoreError> {
        if values.is_empty() {
            return Err(StoreError::Invalid(format!("insert into users (values: {})", values.len())));
        }
        let (columns, marks) = (columns.join(", "), vec!["?"; values.len()].join(", "));
        let sql = format!("INSERT INTO users ({columns}) VALUES ({marks})");
        self.connection.execute(&sql, params_from_iter(values))?;
        Ok(())
    }

    /// Renames one user.
    ///
    /// # Errors
    /// There is no such user, or SQLite failed.
    pub fn rename(&self, id: i64, name: &str) -> Result<(), StoreError> {
        let changed = self.connection.execute("UPDATE users SET name = ?1 WHERE id = ?2", params![name, id])?;
        if changed == 0 {
            return Err(StoreError::Invalid(format!("update users set name where id = {id}")));
        }
        Ok(())
    }

    /// Reads a picture that belongs to the store.
    pub fn picture(&self, name: &str) -> Option<Vec<u8>> {
        let name = Path::new(name).file_name()?;
        fs::read(self.folder.join(name)).ok()
    }

    /// Compresses the folder.
    ///
    /// # Errors
    /// tar could not be started.
    pub fn pack(&self, target: &Path) -> std::io::Result<bool> {
        let status = Command::new("tar").arg("-czf").arg(target).arg("--").arg(&self.folder).status()?;
        Ok(status.success())
    }
}

/// Draws a token.
pub fn new_token() -> [u8; 32] {
    let mut bytes = [0; 32];
    OsRng.fill_bytes(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_was_inserted() {
        let store = Store { connection: Connection::open_in_memory().unwrap(), folder: PathBuf::new() };
        store.connection.execute_batch("CREATE TABLE users (id INTEGER, name TEXT)").unwrap();
        store.insert(&["id", "name"], &["1".into(), "Ann".into()]).unwrap();
        assert_eq!(store.names(&[1]).unwrap()[&1], "Ann");
    }

    #[test]
    fn tokens_differ() {
        assert_ne!(dbg!(new_token()), new_token());
    }
}
