//! Both sides, set up alike.

use defacto::types::ListLoans;
use defacto::{Client, ClientBuilder, Environment};

use crate::bare::Bare;
use crate::{Outcome, requests, sample};

/// The key of both.
pub const KEY: &str = "bench-0123456789";

/// Both sides and what they send.
#[derive(Clone, Debug)]
pub struct Clients {
    /// Ours.
    pub ours: Client,
    /// The baseline.
    pub bare: Bare,
    /// What ours sends.
    pub typed: defacto::types::CreateLoan,
    /// What the baseline sends.
    pub plain: crate::models::CreateLoan,
    /// What ours lists.
    pub query: ListLoans,
}

fn builder(url: &str) -> ClientBuilder {
    Client::builder()
        .api_key(KEY)
        .environment(Environment::Sandbox)
        .base_url(url)
}

/// Our client.
///
/// # Errors
///
/// When it cannot be set up.
pub fn ours(url: &str) -> Outcome<Client> {
    Ok(builder(url).build()?)
}

/// The client for code without async.
///
/// # Errors
///
/// When it cannot be set up.
pub fn blocking(url: &str) -> Outcome<defacto::blocking::Client> {
    Ok(builder(url).build_blocking()?)
}

impl Clients {
    /// For the server there.
    ///
    /// # Errors
    ///
    /// When one cannot be set up.
    pub fn new(url: &str) -> Outcome<Self> {
        Ok(Self {
            ours: ours(url)?,
            bare: Bare::new(url, KEY)?,
            typed: requests::typed()?,
            plain: requests::bare()?,
            query: ListLoans::new().page_size(100),
        })
    }

    /// `GET /loan/{id}` by ours.
    ///
    /// # Errors
    ///
    /// When it fails.
    pub async fn get(&self) -> Outcome<()> {
        let loan = self.ours.loans().get(sample::ID).await?;
        std::hint::black_box(loan);
        Ok(())
    }

    /// `GET /loan/{id}` by the baseline.
    ///
    /// # Errors
    ///
    /// When it fails.
    pub async fn bare_get(&self) -> Outcome<()> {
        std::hint::black_box(self.bare.loan(sample::ID).await?);
        Ok(())
    }

    /// `POST /loans` by ours.
    ///
    /// # Errors
    ///
    /// When it fails.
    pub async fn post(&self) -> Outcome<()> {
        let loan = self.ours.loans().create(&self.typed).await?;
        std::hint::black_box(loan);
        Ok(())
    }

    /// `POST /loans` by the baseline.
    ///
    /// # Errors
    ///
    /// When it fails.
    pub async fn bare_post(&self) -> Outcome<()> {
        std::hint::black_box(self.bare.create(&self.plain).await?);
        Ok(())
    }

    /// `GET /loans` by ours.
    ///
    /// # Errors
    ///
    /// When it fails.
    pub async fn list(&self) -> Outcome<()> {
        let page = self.ours.loans().list(&self.query).await?;
        std::hint::black_box(page);
        Ok(())
    }

    /// `GET /loans` by the baseline.
    ///
    /// # Errors
    ///
    /// When it fails.
    pub async fn bare_list(&self) -> Outcome<()> {
        std::hint::black_box(self.bare.loans().await?);
        Ok(())
    }
}
