//! Invoices: made, corrected, handed in and verified at once.

use defacto_types::{
    AccountInput, CounterpartyInput, CreateInvoice, CreateLoanInvoice, Currency, InvalidParam,
    InvoiceStatus, Map, RelationType, SharedCounterparty, UpdateInvoice, Value,
};
use jiff::Timestamp;

use super::email::check_email;
use super::party::{BankAccount, key_of_party};
use super::table::No;
use super::transitions::Status;
use super::{Refusal, World, clears, invalid};
use crate::document::reading;

/// "Invoices verify": there is no status between handing in and verified.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Stage {
    ToSubmit,
    /// It passes at once.
    Submitted,
    ToEdit,
    Verified,
    Deleted,
}

impl Stage {
    pub(crate) fn to_wire(self) -> InvoiceStatus {
        match self {
            Self::ToSubmit => InvoiceStatus::ToSubmit,
            Self::Submitted => InvoiceStatus::Submitted,
            Self::ToEdit => InvoiceStatus::ToEdit,
            Self::Verified => InvoiceStatus::Verified,
            Self::Deleted => InvoiceStatus::Deleted,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Invoice {
    pub(crate) stage: Stage,
    pub(crate) buyer: Option<No>,
    pub(crate) seller: Option<No>,
    pub(crate) currency: Currency,
    pub(crate) due_at: Option<Timestamp>,
    pub(crate) issued_at: Option<Timestamp>,
    pub(crate) number: Option<Box<str>>,
    pub(crate) metadata: Option<Box<Map<String, Value>>>,
    pub(crate) net_amount: Option<i64>,
    pub(crate) tax_amount: Option<i64>,
    pub(crate) to_pay_amount: Option<i64>,
    pub(crate) total_amount: Option<i64>,
    pub(crate) account: Option<BankAccount>,
    pub(crate) loans: Vec<No>,
}

/// What a request says of an invoice.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    pub(crate) buyer: Option<CounterpartyInput>,
    pub(crate) seller: Option<CounterpartyInput>,
    pub(super) currency: Option<Currency>,
    pub(super) due_at: Option<Timestamp>,
    pub(super) issued_at: Option<Timestamp>,
    pub(super) number: Option<String>,
    pub(crate) metadata: Option<Map<String, Value>>,
    pub(super) net_amount: Option<i64>,
    pub(super) tax_amount: Option<i64>,
    pub(super) to_pay_amount: Option<i64>,
    pub(crate) total_amount: Option<i64>,
    pub(super) account: Option<AccountInput>,
}

macro_rules! fields {
    ($body:ident, $party:path) => {
        Self {
            buyer: $body.buyer.map($party),
            seller: $body.seller.map($party),
            currency: $body.currency,
            due_at: $body.due_at.map(|at| at.get()),
            issued_at: $body.issued_at.map(|at| at.get()),
            number: $body.invoice_number,
            metadata: $body.metadata,
            net_amount: $body.net_amount.map(|amount| amount.get()),
            tax_amount: $body.tax_amount.map(|amount| amount.get()),
            to_pay_amount: $body.to_pay_amount.map(|amount| amount.get()),
            total_amount: $body.total_amount.map(|amount| amount.get()),
            account: $body.to_account,
        }
    };
}

impl From<CreateInvoice> for Fields {
    fn from(body: CreateInvoice) -> Self {
        fields!(body, std::convert::identity)
    }
}

impl From<UpdateInvoice> for Fields {
    fn from(body: UpdateInvoice) -> Self {
        fields!(body, std::convert::identity)
    }
}

impl From<CreateLoanInvoice> for Fields {
    fn from(body: CreateLoanInvoice) -> Self {
        fields!(body, party)
    }
}

fn party(shared: SharedCounterparty) -> CounterpartyInput {
    CounterpartyInput::new()
        .address(shared.address)
        .contact(shared.contact)
        .identifier(shared.identifier)
        .identifier_type(shared.identifier_type)
        .name(shared.name)
        .vat_number(shared.vat_number)
}

impl Fields {
    pub(super) fn without_account(self) -> Self {
        Self {
            account: None,
            ..self
        }
    }

    /// The account on the invoice, if it is one.
    pub(crate) fn account(&self, at: &str) -> Result<Option<BankAccount>, Refusal> {
        let Some(account) = &self.account else {
            return Ok(None);
        };
        let number = account
            .account_number
            .as_ref()
            .map(|number| number.expose());
        BankAccount::new(
            number.unwrap_or_default(),
            account.bank_identifier.as_deref(),
        )
        .map(Some)
        .ok_or_else(|| {
            Refusal::invalid(format!("{at}to_account.account_number"), "must be an IBAN")
        })
    }

    /// What is wrong with the amounts and the currency.
    pub(crate) fn wrong(&self, at: &str) -> Vec<InvalidParam> {
        let mut wrong = Vec::new();
        for (name, amount) in [
            ("net_amount", self.net_amount),
            ("tax_amount", self.tax_amount),
            ("to_pay_amount", self.to_pay_amount),
            ("total_amount", self.total_amount),
        ] {
            if amount.is_some_and(|amount| amount < 0) {
                wrong.push(invalid(format!("{at}{name}"), "must not be negative"));
            }
        }
        if self.currency.as_ref().is_some_and(|c| !c.is_known()) {
            wrong.push(invalid(format!("{at}currency"), "must be EUR or GBP"));
        }
        for (name, party) in [("buyer", &self.buyer), ("seller", &self.seller)] {
            let contact = party.as_ref().and_then(|party| party.contact.as_ref());
            let email = contact.and_then(|contact| contact.email.as_deref());
            check_email(&format!("{at}{name}.contact.email"), email, &mut wrong);
        }
        wrong
    }
}

impl World {
    pub(crate) fn create_invoice(
        &mut self,
        body: CreateInvoice,
        now: Timestamp,
    ) -> Result<No, Refusal> {
        let draft = body.is_draft == Some(true);
        let printed = reading::inline(body.document.as_ref());
        let fields = self.completed(body.into(), printed, "")?;
        let no = self.add_invoice(fields, "", now)?;
        if !draft {
            self.verify(no, now);
        }
        Ok(no)
    }

    /// An invoice from a file: to be handed in when it is complete.
    pub(crate) fn create_uploaded_invoice(
        &mut self,
        fields: Fields,
        now: Timestamp,
    ) -> Result<No, Refusal> {
        self.add_invoice(fields, "", now)
    }

    /// An invoice in TO_SUBMIT; `at` is where in the request it is.
    pub(super) fn add_invoice(
        &mut self,
        fields: Fields,
        at: &str,
        now: Timestamp,
    ) -> Result<No, Refusal> {
        self.check_room(self.invoices.len() as usize, "invoices")?;
        let account = self.check_fields(&fields, at)?;
        let id = self.new_id();
        let no = self.invoices.push(
            id,
            now,
            Invoice {
                stage: Stage::ToSubmit,
                buyer: None,
                seller: None,
                currency: Currency::Eur,
                due_at: None,
                issued_at: None,
                number: None,
                metadata: None,
                net_amount: None,
                tax_amount: None,
                to_pay_amount: None,
                total_amount: None,
                account: None,
                loans: Vec::new(),
            },
        );
        self.apply(no, fields, account, now);
        Ok(no)
    }

    /// The account in the fields, when nothing in them is wrong.
    pub(super) fn check_fields(
        &self,
        fields: &Fields,
        at: &str,
    ) -> Result<Option<BankAccount>, Refusal> {
        let wrong = fields.wrong(at);
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        let account = fields.account(at)?;
        if let (Some(account), Some(seller)) =
            (&account, fields.seller.as_ref().and_then(key_of_party))
        {
            self.check_iban(&account.iban, &[&seller])?;
        }
        Ok(account)
    }

    fn apply(&mut self, no: No, fields: Fields, account: Option<BankAccount>, now: Timestamp) {
        let buyer = fields
            .buyer
            .and_then(|party| self.add_counterparty(party, &[RelationType::Client], now));
        let seller = fields
            .seller
            .and_then(|party| self.add_counterparty(party, &[RelationType::Supplier], now));
        let invoice = &mut self.invoices[no].value;
        invoice.buyer = buyer.or(invoice.buyer);
        invoice.seller = seller.or(invoice.seller);
        invoice.due_at = fields.due_at.or(invoice.due_at);
        invoice.issued_at = fields.issued_at.or(invoice.issued_at);
        invoice.net_amount = fields.net_amount.or(invoice.net_amount);
        invoice.tax_amount = fields.tax_amount.or(invoice.tax_amount);
        invoice.to_pay_amount = fields.to_pay_amount.or(invoice.to_pay_amount);
        invoice.total_amount = fields.total_amount.or(invoice.total_amount);
        if let Some(currency) = fields.currency {
            invoice.currency = currency;
        }
        if let Some(number) = fields.number {
            invoice.number = Some(number.into());
        }
        if let Some(metadata) = fields.metadata {
            invoice.metadata = Some(Box::new(metadata));
        }
        if let Some(account) = account {
            invoice.account = Some(account);
        }
        let (account, seller) = (invoice.account.clone(), invoice.seller);
        if let (Some(account), Some(seller)) = (account, seller) {
            let key = self.counterparties[seller].value.key.clone();
            self.claim_iban(&account.iban, &key);
        }
    }

    /// What an invoice needs before it can be verified.
    fn lacking(&self, no: No) -> Vec<InvalidParam> {
        let invoice = &self.invoices[no].value;
        [
            ("buyer", invoice.buyer.is_none()),
            ("seller", invoice.seller.is_none()),
            ("due_at", invoice.due_at.is_none()),
            ("issued_at", invoice.issued_at.is_none()),
            ("invoice_number", invoice.number.is_none()),
            ("total_amount", invoice.total_amount.is_none()),
        ]
        .into_iter()
        .filter(|(_, lacking)| *lacking)
        .map(|(name, _)| invalid(name, "is missing"))
        .collect()
    }

    pub(super) fn verify(&mut self, no: No, at: Timestamp) {
        let stage = if self.lacking(no).is_empty() {
            Stage::Verified
        } else {
            Stage::ToEdit
        };
        self.invoices[no].value.stage = Stage::Submitted;
        self.notify_invoice(no, "SUBMITTED", at);
        self.seal();
        self.invoices[no].value.stage = stage;
        self.notify_invoice(no, stage.to_wire().as_str(), at);
    }

    pub(crate) fn update_invoice(
        &mut self,
        no: No,
        body: UpdateInvoice,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.still_editable(no)?;
        let clears_metadata = clears(&body, "metadata");
        let fields = Fields::from(body);
        let account = self.check_fields(&fields, "")?;
        if clears_metadata {
            self.invoices[no].value.metadata = None;
        }
        self.apply(no, fields, account, now);
        Ok(())
    }

    pub(crate) fn submit_invoice(
        &mut self,
        no: No,
        body: UpdateInvoice,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.update_invoice(no, body, now)?;
        let lacking = self.lacking(no);
        if !lacking.is_empty() {
            return Err(Refusal::Invalid(lacking));
        }
        self.verify(no, now);
        Ok(())
    }

    fn still_editable(&self, no: No) -> Result<(), Refusal> {
        let stage = self.invoices[no].value.stage;
        match stage {
            Stage::ToSubmit | Stage::ToEdit => Ok(()),
            Stage::Submitted | Stage::Verified | Stage::Deleted => Err(Refusal::State(format!(
                "an invoice is changed and handed in while TO_SUBMIT or TO_EDIT, and this one is {}",
                stage.to_wire().as_str()
            ))),
        }
    }

    pub(crate) fn delete_invoice(&mut self, no: No, at: Timestamp) -> Result<(), Refusal> {
        if self.invoices[no].value.stage == Stage::Deleted {
            return Err(Refusal::State("the invoice is DELETED".to_owned()));
        }
        if self.is_financed(no) {
            let detail = "the invoice has a loan that is neither declined nor cancelled";
            return Err(Refusal::State(detail.to_owned()));
        }
        self.invoices[no].value.stage = Stage::Deleted;
        self.notify_invoice(no, "DELETED", at);
        Ok(())
    }

    /// Cancel effect on invoice: free for another loan.
    pub(super) fn is_financed(&self, no: No) -> bool {
        self.invoices[no].value.loans.iter().any(|loan| {
            !matches!(
                self.loans[*loan].value.status,
                Status::Declined | Status::Canceled | Status::Deleted
            )
        })
    }
}
