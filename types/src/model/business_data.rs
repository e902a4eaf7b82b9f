//! Business data shared with Defacto.

use serde_json::Value;

use super::{AccountNumberType, BankIdentifierType, BusinessIdentifierRequired, IdentifierType};
use crate::wire::model::model;
use crate::wire::open_enum;
use crate::wire::{AccountNumber, BatchId, Cents, Timestamp};

model! {
    /// A batch of shared business data. Its content is only used once the batch has been closed.
    pub struct Batch = "APIBatchUpload" {
        /// Company whose data the batch carries.
        business_identifier: Option<BusinessIdentifierRequired> = required,
        /// Kinds of data announced for this batch, with their scope (INFERRED).
        content: Option<BatchContent> = required,
        /// Why the data is shared: a new borrower or a refresh.
        context: Option<BatchUploadContext> = required,
        /// Unique id of the batch, quoted when pushing data into it.
        id: BatchId = required,
        /// Progress of the batch, from `CREATED` to `CLOSED` or `CANCELED`.
        status: BatchUploadStatus = required,
    }

    /// Announces what a batch upload is going to contain.
    pub struct BatchContentInput = "APIBatchUploadContent" {
        /// Announced transactions, one entry per bank account (INFERRED).
        account_transactions: Vec<BatchUploadContentAccountTransactionsOneAccount>,
        /// Announced bank accounts (INFERRED).
        accounts: Option<BatchUploadContentAccounts>,
        /// Announced invoices (INFERRED).
        invoices: Option<BatchUploadContentInvoices>,
        /// Kinds of data you intend to push into the batch (INFERRED).
        shared_data_types: Vec<SharedDataType>,
    }

    /// Request opening a batch of shared business data.
    pub struct OpenBatch = "APICreateBatchUpload" {
        /// Whether an open batch of the same company is cancelled first; on by default.
        auto_cancel_ongoing_batch_for_business: Option<bool>,
        /// Company whose data will be shared.
        business_identifier: Option<BusinessIdentifierRequired> = required,
        /// What the batch is going to contain.
        content: Option<BatchContentInput> = required,
        /// Why the data is shared: a new borrower or a refresh.
        context: Option<BatchUploadContext> = required,
    }

    /// One bank transaction shared with Defacto.
    pub struct SharedTransaction = "APIPartnerAccountTransaction" {
        /// Bank account the transaction belongs to.
        account: Option<AccountNumber>,
        /// Value of the transaction, in cents (INFERRED).
        amount: Option<Cents> = required,
        /// When the transaction took place.
        at: Option<Timestamp> = required,
        /// Nature of the spending or income, such as salaries.
        category: Option<String>,
        /// Company on the other side.
        counterparty_name: Option<String>,
        /// Currency of the transaction, as an ISO 4217 code.
        currency: Option<DataCurrency>,
        /// Means or origin of the transaction, such as `card` or `transfer`.
        operation_type: Option<TransactionOperationType>,
        /// Source of the data, or `MANUAL` for a manual import.
        provider: Option<String>,
        /// Wording given by the bank.
        reference: Option<String>,
        /// Your own key for the transaction, guarding against duplicates (INFERRED).
        salt_id: Option<String>,
        /// Account balance just afterwards, in cents (INFERRED).
        settled_balance: Option<Cents>,
        /// Direction of the money, `credit` or `debit`.
        side: Option<TransactionSide>,
        /// Whether the bank settled the transaction, such as `completed` (INFERRED).
        status: Option<TransactionStatus>,
    }

    /// Bank transactions of a company, shared for a stated period.
    pub struct UploadTransactions = "APIPartnerAccountTransactions" {
        /// Batch upload these records belong to, if one was opened beforehand.
        batch_id: Option<BatchId>,
        /// Last moment covered by the data.
        end_date: Option<Timestamp>,
        /// Official registration number of the company, sent without spaces.
        identifier: Option<String> = required,
        /// Scheme the registration number follows, such as `siren` or `vat_number`.
        identifier_type: Option<IdentifierType> = required,
        /// First moment covered by the data.
        start_date: Option<Timestamp>,
        /// The transactions shared.
        transactions: Vec<SharedTransaction>,
    }

    /// Bank account of a company and its balance, shared with Defacto.
    pub struct SharedAccount = "APIPartnerBusinessAccount" {
        /// Label of your choosing for the account.
        account_name: Option<String>,
        /// IBAN of the account; other kinds of number are not really supported.
        account_number: Option<AccountNumber>,
        /// How to read the account number; in practice `iban`.
        account_number_type: Option<AccountNumberType>,
        /// Current balance, in cents (INFERRED).
        amount: Option<Cents> = required,
        /// Code or name designating the bank that holds the account.
        bank_identifier: Option<String>,
        /// How to read the bank identifier, for instance `bic`.
        bank_identifier_type: Option<BankIdentifierType>,
        /// Your own id for the account (INFERRED), often its number: masked when shown.
        id: Option<AccountNumber> = required,
        /// When the balance was last read.
        last_updated_at: Option<Timestamp> = required,
        /// Source of the data, or `MANUAL` for a manual import.
        provider: Option<String>,
    }

    /// Bank accounts of a company, shared with Defacto.
    pub struct UploadAccounts = "APIPartnerBusinessAccounts" {
        /// The accounts and their balances.
        accounts: Vec<SharedAccount>,
        /// Batch upload these records belong to, if one was opened beforehand.
        batch_id: Option<BatchId>,
        /// Official registration number of the company, sent without spaces.
        identifier: Option<String> = required,
        /// Scheme the registration number follows, such as `siren` or `vat_number`.
        identifier_type: Option<IdentifierType> = required,
    }

    /// One invoice of a company, shared as financial data rather than for financing.
    pub struct SharedInvoice = "APIPartnerBusinessInvoice" {
        /// Company being billed, by name or registration number.
        buyer: Option<BuyerBusinessIdentifier> = required,
        /// Currency the invoice amounts are in, as an ISO 4217 code.
        currency: Option<DataCurrency>,
        /// Whether the company collects (`receivable`) or owes (`payable`) it; other values are
        /// old.
        direction: Option<InvoiceDirection> = required,
        /// Date full payment is expected.
        due_at: Option<Timestamp> = required,
        /// When the first payment came in.
        first_payment_at: Option<Timestamp>,
        /// Number printed on the invoice.
        invoice_number: Option<String> = required,
        /// Date the invoice was issued.
        issued_at: Option<Timestamp> = required,
        /// When the most recent payment came in.
        last_payment_at: Option<Timestamp>,
        /// Invoice amount excluding tax, in cents.
        net_amount: Option<Cents> = required,
        /// Means of payment foreseen.
        payment_method: Option<SharedInvoicePaymentMethod>,
        /// Your own key for the invoice, guarding against duplicates (INFERRED).
        salt_id: Option<String>,
        /// Company billing, by registration number only.
        seller: Option<SellerBusinessIdentifier> = required,
        /// Tax part of the invoice, in cents.
        tax_amount: Option<Cents>,
        /// What the buyer still owes the seller, in cents; zero once settled.
        to_pay_amount: Option<Cents>,
        /// Invoice amount including tax, in cents.
        total_amount: Option<Cents>,
    }

    /// Invoices of a company, shared with Defacto as financial data.
    pub struct UploadInvoices = "APIPartnerBusinessInvoices" {
        /// Batch upload these records belong to, if one was opened beforehand.
        batch_id: Option<BatchId>,
        /// Official registration number of the company, sent without spaces.
        identifier: Option<String> = required,
        /// Scheme the registration number follows, such as `siren` or `vat_number`.
        identifier_type: Option<IdentifierType> = required,
        /// The invoices shared.
        invoices: Vec<SharedInvoice>,
    }

    /// What a batch upload is going to carry, stated so that completeness can be checked
    /// (INFERRED).
    pub struct BatchContent = "BatchUploadContent" {
        /// Accounts and periods whose transactions the batch brings (INFERRED).
        account_transactions: Option<Value>,
        /// Number of bank accounts announced (INFERRED).
        accounts: Option<BatchUploadContentAccounts>,
        /// Number of invoices announced (INFERRED).
        invoices: Option<BatchUploadContentInvoices>,
        /// Kinds of data in the batch: `accounts`, `account_transactions`, `invoices`.
        shared_data_types: Vec<SharedDataType>,
    }

    /// Period of transactions announced for one bank account of a batch (INFERRED).
    pub struct BatchUploadContentAccountTransactionsOneAccount = "BatchUploadContentAccountTransactionsOneAccount" {
        /// Bank account the transactions come from.
        account: Option<String> = required,
        /// End of the period covered.
        end_date: Option<Timestamp> = required,
        /// Start of the period covered.
        start_date: Option<Timestamp> = required,
    }

    /// Announced volume of bank accounts in a batch (INFERRED).
    pub struct BatchUploadContentAccounts = "BatchUploadContentAccounts" {
        /// How many bank accounts the batch brings (INFERRED).
        total_count: Option<i64> = required,
    }

    /// Announced volume of invoices in a batch (INFERRED).
    pub struct BatchUploadContentInvoices = "BatchUploadContentInvoices" {
        /// How many invoices the batch brings (INFERRED).
        total_count: Option<i64> = required,
    }

    /// Registration number of the company that buys, in other words the debtor of an invoice
    /// (INFERRED).
    pub struct BuyerBusinessIdentifier = "BuyerBusinessIdentifier" {
        /// Company registration number, written without spaces.
        identifier: Option<String> = required,
        /// Kind of company number given, such as `siren` or `vat_number`.
        identifier_type: Option<IdentifierType> = required,
    }

    /// Registration number of the company that sells, in other words the issuer of an invoice
    /// (INFERRED).
    pub struct SellerBusinessIdentifier = "SellerBusinessIdentifier" {
        /// Company registration number, written without spaces.
        identifier: Option<String> = required,
        /// Kind of company number given, such as `siren` or `vat_number`.
        identifier_type: Option<IdentifierType> = required,
    }
}

open_enum! {
    /// Currency of shared bank data and shared invoices. Amounts are in the minor unit of the
    /// currency.
    pub enum DataCurrency {
        /// Dirham of the United Arab Emirates.
        Aed = "AED",
        /// Australian dollar.
        Aud = "AUD",
        /// Bulgarian lev.
        Bgn = "BGN",
        /// Bahraini dinar.
        Bhd = "BHD",
        /// Brazilian real.
        Brl = "BRL",
        /// Belize dollar.
        Bzd = "BZD",
        /// Canadian dollar.
        Cad = "CAD",
        /// Swiss franc.
        Chf = "CHF",
        /// Chilean peso.
        Clp = "CLP",
        /// Chinese yuan.
        Cny = "CNY",
        /// Colombian peso.
        Cop = "COP",
        /// Cuban convertible peso, no longer in use.
        Cuc = "CUC",
        /// Cypriot pound, no longer in use.
        Cyp = "CYP",
        /// Czech koruna.
        Czk = "CZK",
        /// Djiboutian franc.
        Djf = "DJF",
        /// Danish krone.
        Dkk = "DKK",
        /// Estonian kroon, no longer in use.
        Eek = "EEK",
        /// Egyptian pound.
        Egp = "EGP",
        /// Eritrean nakfa.
        Ern = "ERN",
        /// Euro.
        Eur = "EUR",
        /// Pound sterling.
        Gbp = "GBP",
        /// Hong Kong dollar.
        Hkd = "HKD",
        /// Croatian kuna, no longer in use.
        Hrk = "HRK",
        /// Hungarian forint.
        Huf = "HUF",
        /// Indonesian rupiah.
        Idr = "IDR",
        /// Israeli new shekel.
        Ils = "ILS",
        /// Indian rupee.
        Inr = "INR",
        /// Icelandic krona.
        Isk = "ISK",
        /// Jordanian dinar.
        Jod = "JOD",
        /// Japanese yen.
        Jpy = "JPY",
        /// Comorian franc.
        Kmf = "KMF",
        /// South Korean won.
        Krw = "KRW",
        /// Lebanese pound.
        Lbp = "LBP",
        /// Lithuanian litas, no longer in use.
        Ltl = "LTL",
        /// Latvian lats, no longer in use.
        Lvl = "LVL",
        /// Moroccan dirham.
        Mad = "MAD",
        /// Maltese lira, no longer in use.
        Mtl = "MTL",
        /// Mauritian rupee.
        Mur = "MUR",
        /// Mexican peso.
        Mxn = "MXN",
        /// Malaysian ringgit.
        Myr = "MYR",
        /// Norwegian krone.
        Nok = "NOK",
        /// New Zealand dollar.
        Nzd = "NZD",
        /// Omani rial.
        Omr = "OMR",
        /// Panamanian balboa.
        Pab = "PAB",
        /// Philippine peso.
        Php = "PHP",
        /// Pakistani rupee.
        Pkr = "PKR",
        /// Polish zloty.
        Pln = "PLN",
        /// Qatari riyal.
        Qar = "QAR",
        /// Romanian leu before 2005, no longer in use.
        Rol = "ROL",
        /// Romanian leu.
        Ron = "RON",
        /// Russian rouble.
        Rub = "RUB",
        /// Saudi riyal.
        Sar = "SAR",
        /// Swedish krona.
        Sek = "SEK",
        /// Singapore dollar.
        Sgd = "SGD",
        /// Slovenian tolar, no longer in use.
        Sit = "SIT",
        /// Slovak koruna, no longer in use.
        Skk = "SKK",
        /// Thai baht.
        Thb = "THB",
        /// Turkish lira before 2005, no longer in use.
        Trl = "TRL",
        /// Turkish lira.
        Try = "TRY",
        /// Ugandan shilling.
        Ugx = "UGX",
        /// United States dollar.
        Usd = "USD",
        /// Central African CFA franc.
        Xaf = "XAF",
        /// West African CFA franc.
        Xof = "XOF",
        /// South African rand.
        Zar = "ZAR",
    }

    /// Reason for sharing data in a batch.
    pub enum BatchUploadContext {
        /// The data prepares a new borrower (INFERRED).
        BorrowerCreation = "BORROWER_CREATION",
        /// The data updates a known borrower (INFERRED).
        DataRefresh = "DATA_REFRESH",
    }

    /// Stage of a batch of shared data. The data is used only after closing.
    pub enum BatchUploadStatus {
        /// The batch is open for uploads.
        Created = "CREATED",
        /// Closing was requested (INFERRED).
        ClosingScheduled = "CLOSING_SCHEDULED",
        /// The data is being taken over (INFERRED).
        ClosingInProgress = "CLOSING_IN_PROGRESS",
        /// The data was taken over. It is final (INFERRED).
        Closed = "CLOSED",
        /// The batch was dropped, for example by a newer batch. It is final (INFERRED).
        Canceled = "CANCELED",
    }

    /// Kind of data shared in a batch.
    pub enum SharedDataType {
        /// Bank accounts with their balances.
        Accounts = "accounts",
        /// Movements on bank accounts.
        AccountTransactions = "account_transactions",
        /// Invoices of the company.
        Invoices = "invoices",
    }

    /// Nature of a shared bank transaction.
    pub enum TransactionOperationType {
        /// Bank transfer.
        Transfer = "transfer",
        /// Card payment.
        Card = "card",
        /// Cheque.
        Cheque = "cheque",
        /// Direct debit taken from the account.
        DirectDebit = "direct_debit",
        /// Direct debit collected by the account holder (INFERRED).
        DirectDebitCollection = "direct_debit_collection",
        /// Amount held back for a direct debit (INFERRED).
        DirectDebitHold = "direct_debit_hold",
        /// Incoming money.
        Income = "income",
        /// Incoming money over SWIFT.
        SwiftIncome = "swift_income",
        /// Payout of card sales by an acquirer.
        CardAcquirerPayout = "card_acquirer_payout",
        /// Interest earned on the account (INFERRED).
        AccountRemuneration = "account_remuneration",
        /// Installment of a financing (INFERRED).
        FinancingInstallment = "financing_installment",
        /// Payment with a pay-later offer (INFERRED).
        PayLater = "pay_later",
        /// Fee of Qonto.
        QontoFee = "qonto_fee",
        /// Payment of the kind NRC, whose meaning is unknown.
        NrcPayment = "nrc_payment",
        /// Money called back by the sender (INFERRED).
        Recall = "recall",
        /// Any other operation.
        Other = "other",
    }

    /// Direction of a shared bank transaction.
    pub enum TransactionSide {
        /// Money comes into the account.
        Credit = "credit",
        /// Money leaves the account.
        Debit = "debit",
    }

    /// Stage of a shared bank transaction.
    pub enum TransactionStatus {
        /// The transaction is not booked yet (INFERRED).
        Pending = "pending",
        /// The transaction is booked (INFERRED).
        Completed = "completed",
        /// The bank refused the transaction (INFERRED).
        Declined = "declined",
        /// The transaction was removed (INFERRED).
        Deleted = "deleted",
    }

    /// Side of the company on a shared invoice.
    pub enum InvoiceDirection {
        /// The company must pay the invoice.
        Payable = "payable",
        /// The company is to be paid.
        Receivable = "receivable",
        /// The company is the buyer. Deprecated, use payable.
        Customer = "customer",
        /// The company is the seller. Deprecated, use receivable.
        Supplier = "supplier",
    }

    /// Way in which a shared invoice will be paid.
    pub enum SharedInvoicePaymentMethod {
        /// Bank transfer.
        WireTransfer = "wire_transfer",
        /// Direct debit.
        DirectDebit = "direct_debit",
        /// Card payment.
        Card = "card",
        /// Cheque.
        Cheque = "cheque",
        /// Any other way.
        Other = "other",
    }
}
