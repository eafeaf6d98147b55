//! Serves the shop.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Parser, Subcommand};
use serde::Deserialize;
use tracing_subscriber::EnvFilter;

/// Serves the shop.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Args {
    /// The configuration.
    #[arg(long, default_value = "config.toml", env = "SHOP_CONFIG")]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve requests.
    Serve {
        /// Where to listen.
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
    },
    /// Remove old orders.
    Clean,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    database_url: String,
    #[serde(default)]
    workers: usize,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_env_filter(EnvFilter::from_default_env()).init();
    let args = Args::parse();
    let text = std::fs::read_to_string(&args.config)
        .with_context(|| format!("cannot read {}", args.config.display()))?;
    let config: Config = toml::from_str(&text).context("the configuration is not valid")?;
    match args.command {
        Command::Serve { listen } => serve(&config, listen).await,
        Command::Clean => clean(&config).await,
    }
}

async fn serve(config: &Config, listen: SocketAddr) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind(listen).await.with_context(|| format!("bind {listen}"))?;
    tracing::info!(workers = config.workers, "listening on {listen}");
    axum::serve(listener, shop::routes(&config.database_url).await?).await?;
    Ok(())
}

async fn clean(config: &Config) -> anyhow::Result<()> {
    let pool = sqlx::PgPool::connect(&config.database_url).await?;
    let state = "old";
    let done = sqlx::query("DELETE FROM orders WHERE state = $1")
        .bind(state)
        .execute(&pool)
        .await
        .with_context(|| format!("delete from orders where state = '{state}'"))?;
    tracing::info!("delete from orders: rows={}", done.rows_affected());
    Ok(())
}
