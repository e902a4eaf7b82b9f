//! Credit lines: what is left of them, and their rates.

use defacto_types::operations::borrowers::LIST_FINANCIAL_PRODUCTS;
use defacto_types::{BorrowerFinancialProduct, BorrowerId};

use super::Tracker;
use super::read::of_product;
use crate::Error;
use crate::http::Request;
use crate::tracking::Source;
use crate::tracking::store::Numbered;

impl Tracker {
    /// Reads a borrower's financial products and follows them: what their loans
    /// cost a day and how much is left. No list has those of all borrowers, so a
    /// pass does not read them; ask when a loan is taken, and from time to time.
    ///
    /// # Errors
    ///
    /// When the store or the server fails.
    pub async fn read_products(
        &self,
        borrower_id: impl Into<BorrowerId>,
    ) -> Result<Vec<Numbered>, Error> {
        let borrower = borrower_id.into();
        let request = Request::new(&LIST_FINANCIAL_PRODUCTS).path("borrower_id", borrower.as_str());
        let mut changes = Vec::new();
        let mut pages = self.pages::<BorrowerFinancialProduct>(request);
        while let Some((page, seen)) = pages.next().await? {
            let products = page.data.iter();
            let shown = products.flat_map(|product| of_product(product, seen, Source::Poll));
            changes.extend(self.observe(shown.collect()).await?);
        }
        Ok(changes)
    }
}
