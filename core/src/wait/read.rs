//! A read of a wait.

use std::borrow::Borrow;

use defacto_types::Loan;

use crate::Error;
use crate::http::Answer;

/// A loan and the answer it was read from.
pub(crate) struct Read {
    pub(crate) loan: Loan,
    pub(crate) answer: Answer,
}

impl Read {
    pub(crate) fn new(answer: Answer) -> Result<Self, Error> {
        Ok(Self {
            loan: answer.json()?,
            answer,
        })
    }
}

impl Borrow<Loan> for Read {
    fn borrow(&self) -> &Loan {
        &self.loan
    }
}
