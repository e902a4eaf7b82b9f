//! Credit lines: what is left of them, and their rates.

use defacto_types::operations::borrowers::{LIST, LIST_FINANCIAL_PRODUCTS};
use defacto_types::{Borrower, BorrowerFinancialProduct, BorrowerId, ListBorrowers, Page};

use super::Tracker;
use super::read::of_product;
use crate::Error;
use crate::http::Request;
use crate::tracking::Source;
use crate::tracking::store::Numbered;

impl Tracker {
    /// Reads a borrower's financial products and follows them: what their loans
    /// cost a day and how much is left. No list has those of all borrowers, so a
    /// pass reads those of a few: of loans that have changed, and by turns the others.
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

    /// The borrower with a company number, where there is one.
    pub(super) async fn borrower_of(&self, company: &str) -> Result<Option<BorrowerId>, Error> {
        let query = ListBorrowers::new().borrower_identifier(company);
        let request = Request::new(&LIST).query_of(&query);
        let (answer, _) = self.ask(request.into()).await?;
        let found = answer.json::<Page<Borrower>>()?.data.into_iter().next();
        Ok(found.map(|borrower| borrower.id))
    }
}
