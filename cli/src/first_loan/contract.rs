//! The borrower's contract, fetched from its temporary link.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::failure::Failure;

/// Larger contracts are refused rather than held in memory.
const LARGEST: usize = 64 << 20;

const TIMEOUT: Duration = Duration::from_secs(60);

/// Downloads the PDF behind `link`. The API key is not sent along: the link
/// carries its own permission. Errors do not show it, for the same reason.
pub(super) async fn download(link: &str) -> Result<Vec<u8>, Failure> {
    let lost = |source: reqwest::Error| {
        Failure::runtime(
            "the contract cannot be downloaded: run the command again for a fresh link",
            &source.without_url(),
        )
    };
    let mut builder = reqwest::Client::builder().timeout(TIMEOUT);
    // As the client does: a sandbox on this machine is never behind a proxy.
    if link.starts_with("http://127.0.0.1:") || link.starts_with("http://localhost:") {
        builder = builder.no_proxy();
    }
    let http = builder.build().map_err(lost)?;
    let mut response = http
        .get(link)
        .send()
        .await
        .and_then(reqwest::Response::error_for_status)
        .map_err(lost)?;
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        if bytes.len() + chunk.len() > LARGEST {
            return Err(Failure::other(format!(
                "the contract is larger than {LARGEST} bytes: ask Defacto about it"
            )));
        }
        bytes.extend_from_slice(&chunk);
    }
    if !bytes.starts_with(b"%PDF") {
        return Err(Failure::other(
            "the contract's link leads to something that is no PDF: run the command again for \
             a fresh link",
        ));
    }
    Ok(bytes)
}

/// Keeps the contract: written beside the file and then moved there, so that
/// the file is never half written. Nothing interrupts this between the two,
/// and what is beside is removed when it fails.
pub(super) fn save(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    std::fs::write(&part, bytes)
        .and_then(|()| std::fs::rename(&part, file))
        .map_err(|source| {
            let _ = std::fs::remove_file(&part);
            Failure::runtime(
                &format!(
                    "{} cannot be written: choose another --save-contract",
                    file.display()
                ),
                &source,
            )
        })
}
