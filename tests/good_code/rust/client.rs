//! Fetches documents.

use std::time::Duration;

use futures::stream::{self, StreamExt};
use reqwest::{Certificate, Client, StatusCode};
use serde::de::DeserializeOwned;
use tokio::fs;
use tokio::sync::Mutex;
use url::Url;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The transport failed.
    #[error("request failed")]
    Http(#[from] reqwest::Error),
    /// The server said no.
    #[error("{url} answered {status}")]
    Refused {
        /// What was asked for.
        url: Url,
        /// What came back.
        status: StatusCode,
    },
}

/// Fetches documents, a few at a time.
#[derive(Debug)]
pub struct Fetcher {
    client: Client,
    seen: Mutex<Vec<Url>>,
}

impl Fetcher {
    /// Trusts one authority.
    ///
    /// # Errors
    /// The certificate cannot be read.
    pub fn new(pem: &[u8]) -> Result<Self, FetchError> {
        let client = Client::builder()
            .add_root_certificate(Certificate::from_pem(pem)?)
            .timeout(Duration::from_secs(10))
            .danger_accept_invalid_certs(false)
            .build()?;
        Ok(Self { client, seen: Mutex::new(Vec::new()) })
    }

    /// Fetches one document.
    ///
    /// # Errors
    /// The request failed or was refused.
    pub async fn fetch<T: DeserializeOwned>(&self, url: Url) -> Result<T, FetchError> {
        let response = self.client.get(url.clone()).send().await?;
        let status = response.status();
        if !status.is_success() {
            return Err(FetchError::Refused { url, status });
        }
        self.seen.lock().await.push(url);
        Ok(response.json().await?)
    }

    /// Fetches several documents.
    pub async fn fetch_all<T: DeserializeOwned>(&self, urls: Vec<Url>) -> Vec<Result<T, FetchError>> {
        stream::iter(urls).map(|url| self.fetch(url)).buffer_unordered(4).collect().await
    }

    /// Writes what was seen.
    ///
    /// # Errors
    /// The file cannot be written.
    pub async fn save(&self, path: &str) -> std::io::Result<()> {
        let seen = self.seen.lock().await;
        let text: Vec<_> = seen.iter().map(Url::as_str).collect();
        fs::write(path, text.join("\n")).await?;
        tokio::task::spawn_blocking(|| std::thread::sleep(Duration::from_millis(1))).await?;
        Ok(())
    }
}
