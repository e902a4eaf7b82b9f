//! Data about companies: shared on its own or in batches.

use std::collections::HashSet;

use defacto_types::{
    BatchContentInput, BatchUploadContext, BatchUploadStatus, IdentifierType, InvalidParam,
    InvoiceDirection, OpenBatch, SharedDataType, SharedInvoice, SharedTransaction, TransactionSide,
    UploadAccounts, UploadInvoices, UploadTransactions,
};
use jiff::Timestamp;

use super::party::key_of;
use super::table::No;
use super::{Refusal, Task, World, invalid};

/// A batch that was opened.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    /// The company's number, without spaces.
    pub(crate) key: String,
    pub(crate) kind: IdentifierType,
    pub(crate) content: BatchContentInput,
    pub(crate) context: BatchUploadContext,
    pub(crate) status: BatchUploadStatus,
    /// What was put into it.
    data: Shared,
}

/// How much is known of a company. Keys tell what was sent before.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared {
    pub(crate) accounts: usize,
    pub(crate) transactions: usize,
    pub(crate) invoices: usize,
    salts: HashSet<String>,
}

impl Shared {
    /// Whether this key is new; what has none always is.
    fn is_new(&mut self, kind: &str, salt: Option<&str>) -> bool {
        salt.is_none_or(|salt| self.salts.insert(format!("{kind} {salt}")))
    }

    fn take(&mut self, other: Self) {
        self.accounts += other.accounts;
        self.transactions += other.transactions;
        self.invoices += other.invoices;
        self.salts.extend(other.salts);
    }
}

impl World {
    pub(crate) fn open_batch(&mut self, body: OpenBatch, now: Timestamp) -> Result<No, Refusal> {
        self.check_room(self.batches.len() as usize, "batches")?;
        let mut wrong = Vec::new();
        let business = body.business_identifier.unwrap_or_default();
        let key = key_of(business.identifier.as_deref().unwrap_or_default());
        check_business(
            "business_identifier.",
            &key,
            business.identifier_type.as_ref(),
            &mut wrong,
        );
        let context = body.context.filter(BatchUploadContext::is_known);
        if context.is_none() {
            let reason = "must be BORROWER_CREATION or DATA_REFRESH";
            wrong.push(invalid("context", reason));
        }
        let content = body.content.unwrap_or_default();
        if !content
            .shared_data_types
            .iter()
            .all(SharedDataType::is_known)
        {
            let name = "content.shared_data_types";
            wrong.push(invalid(name, "is no known kind of data"));
        }
        let (Some(context), Some(kind)) = (context, business.identifier_type) else {
            return Err(Refusal::Invalid(wrong));
        };
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        // READ: an open batch of the same company is cancelled unless it is
        // asked not to.
        if body.auto_cancel_ongoing_batch_for_business != Some(false) {
            for no in 0..self.batches.len() {
                let batch = &mut self.batches[no].value;
                if batch.key == key && batch.status == BatchUploadStatus::Created {
                    batch.status = BatchUploadStatus::Canceled;
                }
            }
        }
        let id = self.new_id();
        let batch = Batch {
            key,
            kind,
            content,
            context,
            status: BatchUploadStatus::Created,
            data: Shared::default(),
        };
        Ok(self.batches.push(id, now, batch))
    }

    /// Closes a batch; its data is taken over afterwards.
    pub(crate) fn close_batch(&mut self, no: No) -> Result<(), Refusal> {
        let batch = &mut self.batches[no].value;
        if batch.status != BatchUploadStatus::Created {
            return Err(Refusal::State(format!(
                "a batch is closed while CREATED, and this one is {}",
                batch.status
            )));
        }
        batch.status = BatchUploadStatus::ClosingScheduled;
        self.background.push(Task::CloseBatch(no));
        Ok(())
    }

    pub(super) fn finish_batch(&mut self, no: No) {
        let batch = &mut self.batches[no].value;
        batch.status = BatchUploadStatus::Closed;
        let data = std::mem::take(&mut batch.data);
        let key = batch.key.clone();
        self.shared.entry(key).or_default().take(data);
    }

    pub(crate) fn share_accounts(&mut self, body: &UploadAccounts) -> Result<(), Refusal> {
        let batch = body.batch_id.as_ref().map(|id| id.as_str());
        let mut wrong = Vec::new();
        let key = key_of(body.identifier.as_deref().unwrap_or_default());
        check_business("", &key, body.identifier_type.as_ref(), &mut wrong);
        let mut ids = HashSet::new();
        for (index, account) in body.accounts.iter().enumerate() {
            let id = account.id.as_ref().map_or("", |id| id.expose());
            if id.is_empty() || !ids.insert(id) {
                let reason = "must differ from the others and not be empty";
                wrong.push(invalid(format!("accounts[{index}].id"), reason));
            }
        }
        let data = self.data_of(&key, batch, wrong)?;
        data.accounts += body.accounts.len();
        Ok(())
    }

    pub(crate) fn share_transactions(&mut self, body: &UploadTransactions) -> Result<(), Refusal> {
        let batch = body.batch_id.as_ref().map(|id| id.as_str());
        let mut wrong = Vec::new();
        let key = key_of(body.identifier.as_deref().unwrap_or_default());
        check_business("", &key, body.identifier_type.as_ref(), &mut wrong);
        if let (Some(from), Some(to)) = (body.start_date, body.end_date)
            && to < from
        {
            wrong.push(invalid("end_date", "must not be before `start_date`"));
        }
        for (index, transaction) in body.transactions.iter().enumerate() {
            check_transaction(index, transaction, &mut wrong);
        }
        let data = self.data_of(&key, batch, wrong)?;
        for transaction in &body.transactions {
            if data.is_new("transaction", transaction.salt_id.as_deref()) {
                data.transactions += 1;
            }
        }
        Ok(())
    }

    pub(crate) fn share_invoices(&mut self, body: &UploadInvoices) -> Result<(), Refusal> {
        let batch = body.batch_id.as_ref().map(|id| id.as_str());
        let mut wrong = Vec::new();
        let key = key_of(body.identifier.as_deref().unwrap_or_default());
        check_business("", &key, body.identifier_type.as_ref(), &mut wrong);
        for (index, invoice) in body.invoices.iter().enumerate() {
            check_invoice(index, invoice, &mut wrong);
        }
        let data = self.data_of(&key, batch, wrong)?;
        for invoice in &body.invoices {
            if data.is_new("invoice", invoice.salt_id.as_deref()) {
                data.invoices += 1;
            }
        }
        Ok(())
    }

    /// Where data about this company goes: into its open batch, or at once
    /// to what is known.
    fn data_of(
        &mut self,
        key: &str,
        batch: Option<&str>,
        mut wrong: Vec<InvalidParam>,
    ) -> Result<&mut Shared, Refusal> {
        let no = batch.map(|id| self.batches.find(id));
        match no {
            Some(None) => wrong.push(invalid("batch_id", "is no batch of the account")),
            Some(Some(no)) if self.batches[no].value.key != key => {
                wrong.push(invalid("batch_id", "is a batch of another company"));
            }
            _ => {}
        }
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        match no.flatten() {
            Some(no) => {
                let batch = &mut self.batches[no].value;
                if batch.status != BatchUploadStatus::Created {
                    return Err(Refusal::State(format!(
                        "data goes into a batch while CREATED, and this one is {}",
                        batch.status
                    )));
                }
                Ok(&mut batch.data)
            }
            None => Ok(self.shared.entry(key.to_owned()).or_default()),
        }
    }
}

/// A company's number and its kind.
pub(super) fn check_business(
    at: &str,
    key: &str,
    kind: Option<&IdentifierType>,
    wrong: &mut Vec<InvalidParam>,
) {
    if key.is_empty() {
        wrong.push(invalid(format!("{at}identifier"), "must not be empty"));
    }
    if !kind.is_some_and(IdentifierType::is_known) {
        let reason = "must be a known kind of number";
        wrong.push(invalid(format!("{at}identifier_type"), reason));
    }
}

fn check_transaction(index: usize, item: &SharedTransaction, wrong: &mut Vec<InvalidParam>) {
    let mut refuse = |name: &str, reason: &str| {
        wrong.push(invalid(format!("transactions[{index}].{name}"), reason));
    };
    if item
        .side
        .as_ref()
        .is_some_and(|side| !TransactionSide::is_known(side))
    {
        refuse("side", "must be credit or debit");
    }
    if item.currency.as_ref().is_some_and(|c| !c.is_known()) {
        refuse("currency", "must be a currency of the API");
    }
    if item.status.as_ref().is_some_and(|s| !s.is_known()) {
        refuse("status", "must be a status of the API");
    }
}

fn check_invoice(index: usize, item: &SharedInvoice, wrong: &mut Vec<InvalidParam>) {
    let mut refuse = |name: &str, reason: &str| {
        wrong.push(invalid(format!("invoices[{index}].{name}"), reason));
    };
    if !item
        .direction
        .as_ref()
        .is_some_and(InvoiceDirection::is_known)
    {
        refuse("direction", "must be payable or receivable");
    }
    if item.currency.as_ref().is_some_and(|c| !c.is_known()) {
        refuse("currency", "must be a currency of the API");
    }
    if let (Some(issued), Some(due)) = (item.issued_at, item.due_at)
        && due < issued
    {
        refuse("due_at", "must not be before `issued_at`");
    }
}
