//! Borrowers.

use serde_json::{Map, Value};

use jiff::civil::Date;

use super::{
    AccountInput, AccountNumberType, Address, BankIdentifierType, BirthPlace, BusinessAddress,
    CreateAddress, DenialCode, IdentityDocument, PaymentMethod, PublicApiAccountNumber,
    ReturnedAddress,
};
use crate::wire::model::model;
use crate::wire::open_enum;
use crate::wire::{
    AccountNumber, BorrowerId, ContractId, EntityId, PersonId, SecretUrl, Timestamp,
};

model! {
    /// A company that may take out loans, with its people, bank accounts and progress towards being
    /// ready.
    pub struct Borrower = "APIBorrower" {
        /// Bank accounts known for the company.
        accounts: Vec<BorrowerAccount>,
        /// Campaign enrolments currently running for the borrower (INFERRED).
        active_enrollments: Vec<Enrollment>,
        /// Postal address of the company.
        address: Option<Address>,
        /// Whether the company may go through onboarding again (INFERRED).
        can_reonboard: Option<bool>,
        /// Deprecated view of the KYB and KYC progress.
        compliance_checks: Option<BorrowerComplianceChecks>,
        /// Contract signed by the borrower (INFERRED).
        contract_id: Option<ContractId>,
        /// Temporary download link for the contract; do not store it.
        contract_s3_url: Option<SecretUrl>,
        /// People or companies managing the business.
        directors: Vec<Director>,
        /// Unique borrower id, distinct from the business and counterparty ids.
        id: BorrowerId,
        /// Official registration number of the company, sent without spaces.
        identifier: Option<String> = required,
        /// Scheme the registration number follows, such as `siren` or `vat_number`.
        identifier_type: Option<IdentifierType>,
        /// Legal form, such as a limited company.
        legal_form: Option<String>,
        /// Free-form data of your own, stored alongside and returned unchanged (INFERRED).
        metadata: Option<Map<String, Value>>,
        /// Registered company name.
        name: Option<String>,
        /// What the borrower still has to do, for example `FILL_KYB_CASE`.
        next_actions: Vec<BorrowerNextAction>,
        /// Person acting for the borrower towards Defacto.
        owner: Option<BorrowerOwner>,
        /// When the terms were accepted by the borrower.
        signed_at: Option<Timestamp>,
        /// Progress of the borrower, `READY` meaning loans can be requested (INFERRED).
        status: Option<BorrowerStatus>,
        /// Denial code explaining the current status.
        status_reason: Option<DenialCode>,
        /// Value-added-tax number, led by a two-letter country code.
        vat_number: Option<String>,
    }

    /// Person or company managing a business, as declared when creating the borrower.
    pub struct DirectorInput = "APICreateDirector" {
        /// Home address of the person.
        address: Option<CreateAddress>,
        /// Date of birth, as `YYYY-MM-DD`.
        birth_date: Option<Date>,
        /// Place of birth.
        birth_place: Option<BirthPlace>,
        /// Work email address.
        business_email: Option<String>,
        /// Work telephone number.
        business_phone_number: Option<String>,
        /// Kind of entity behind the director, such as `people` or `business` (INFERRED).
        entity_type: Option<EntityType>,
        /// Given name.
        first_name: Option<String>,
        /// Id of the director (INFERRED).
        id: Option<PersonId>,
        /// Official registration number of the company, sent without spaces.
        identifier: Option<String>,
        /// Scheme the registration number follows, such as `siren` or `vat_number`.
        identifier_type: Option<IdentifierType>,
        /// Family name.
        last_name: Option<String>,
        /// Registered name, when the director is a company.
        legal_name: Option<String>,
        /// Citizenship, as a three-letter country code.
        nationality: Option<String>,
        /// Whether the person is a `DIRECTOR` or a `NON_DIRECTOR`.
        role: Option<DirectorRole>,
        /// Head office address, when the director is a company.
        siege_address: Option<CreateAddress>,
        /// Form of address, such as Dr.
        title: Option<String>,
    }

    /// Identity documents of the owner, sent with the borrower creation.
    pub struct IdentityDocumentsInput = "APICreateIdentityDocuments" {
        /// Other supporting documents, such as a proof of address.
        custom_identity_documents: Vec<IdentityDocument>,
        /// Reverse side of the identity document.
        identity_document_back: Option<IdentityDocument>,
        /// Recto of the identity document; mandatory.
        identity_document_front: Option<IdentityDocument>,
    }

    /// Person subscribing on behalf of the borrower.
    pub struct CreateOwner = "APICreateOwner" {
        /// Date of birth, as `YYYY-MM-DD`.
        birth_date: Option<Date>,
        /// Email address of the owner.
        email: Option<String>,
        /// Given name.
        first_name: Option<String> = required,
        /// Scans proving who the owner is; a front side is needed.
        identity_documents: Option<IdentityDocumentsInput>,
        /// Family name.
        last_name: Option<String> = required,
        /// Telephone number of the owner.
        phone_number: Option<String>,
    }

    /// Person or company managing a business, as returned by the API.
    pub struct Director = "APIDirector" {
        /// Home address of the person.
        address: Option<ReturnedAddress>,
        /// Date of birth, as `YYYY-MM-DD`.
        birth_date: Option<Date>,
        /// Place of birth.
        birth_place: Option<BirthPlace>,
        /// Work email address.
        business_email: Option<String>,
        /// Work telephone number.
        business_phone_number: Option<String>,
        /// Kind of entity behind the director, such as `people` or `business` (INFERRED).
        entity_type: Option<EntityType>,
        /// Given name.
        first_name: Option<String>,
        /// Id of the director (INFERRED).
        id: Option<PersonId>,
        /// Official registration number of the company, sent without spaces.
        identifier: Option<String>,
        /// Scheme the registration number follows, such as `siren` or `vat_number`.
        identifier_type: Option<IdentifierType>,
        /// Family name.
        last_name: Option<String>,
        /// Registered name, when the director is a company.
        legal_name: Option<String>,
        /// Citizenship, as a three-letter country code.
        nationality: Option<String>,
        /// Whether the person is a `DIRECTOR` or a `NON_DIRECTOR`.
        role: Option<DirectorRole>,
        /// Head office address, when the director is a company.
        siege_address: Option<ReturnedAddress>,
        /// Form of address, such as Dr.
        title: Option<String>,
    }

    /// Participation of a borrower or an onboarding in a campaign.
    pub struct Enrollment = "APIEnrollment" {
        /// Remarks left by an agent (INFERRED).
        agent_feedback: Option<String>,
        /// Campaign the enrolment is part of (INFERRED).
        enrollment_campaign: Option<String> = required,
        /// Label of the enrolment (INFERRED).
        enrollment_name: Option<String> = required,
        /// Borrower or onboarding enrolled.
        entity_id: Option<EntityId> = required,
        /// What the enrolled id designates, `BORROWER` or `ONBOARDING`.
        entity_type: Option<EnrollmentEntityType> = required,
        /// Unique id of the enrolment.
        id: EntityId = required,
        /// Suggestions made by the campaign (INFERRED).
        recommendations: Vec<Value>,
        /// Progress of the enrolment; values are not published.
        status: Option<String> = required,
        /// When the enrolment was submitted (INFERRED).
        submitted_at: Option<Timestamp>,
    }

    /// Bank account of a borrower, in short form.
    pub struct BorrowerAccount = "APILightAccount" {
        /// Label of your choosing for the account.
        account_name: Option<String>,
        /// IBAN of the account; other kinds of number are not really supported.
        account_number: Option<AccountNumber> = required,
        /// How to read the account number; in practice `iban`.
        account_number_type: Option<AccountNumberType> = required,
        /// Code or name designating the bank that holds the account.
        bank_identifier: Option<String> = required,
        /// How to read the bank identifier, for instance `bic`.
        bank_identifier_type: Option<BankIdentifierType> = required,
    }

    /// The owner just registered for a borrower.
    pub struct CreatedOwner = "APIOwnerCreatedResponse" {
        /// Email address of the owner.
        email: Option<String> = required,
        /// Unique id of the owner.
        id: PersonId = required,
        /// Telephone number of the owner.
        phone_number: Option<String> = required,
    }

    /// Request creating a borrower.
    pub struct CreateBorrower = "APIPostBorrower" {
        /// IBAN of the company.
        account_number: Option<AccountNumber>,
        /// Postal address of the company.
        address: Option<BusinessAddress>,
        /// People or companies managing the business.
        directors: Vec<DirectorInput>,
        /// Official registration number of the company, sent without spaces.
        identifier: Option<String> = required,
        /// Scheme the registration number follows, such as `siren` or `vat_number`.
        identifier_type: Option<IdentifierType>,
        /// Legal form, such as a limited company.
        legal_form: Option<String>,
        /// Free-form data of your own, stored alongside and returned unchanged (INFERRED).
        metadata: Option<Map<String, Value>>,
        /// Registered company name.
        name: Option<String>,
        /// Person subscribing for the company; list them among the directors as well.
        owner: Option<CreateOwner>,
        /// Language to address the borrower in, as a two-letter code.
        preferred_language: Option<String>,
        /// When the terms were accepted by the borrower.
        signed_at: Option<Timestamp>,
        /// Value-added-tax number, led by a two-letter country code.
        vat_number: Option<String>,
        /// Whether the call waits, 4 to 8 seconds, until the credit line exists.
        wait_for_ready: Option<bool>,
    }

    /// One way a borrower can repay loans.
    pub struct RepaymentMethodDetails = "APIRepaymentMethodDetails" {
        /// Account to pay into; mandatory with `SCT`.
        account_to_credit: Option<AccountInput>,
        /// Account to collect from; mandatory with `DIRECT_DEBIT`.
        account_to_debit: Option<AccountInput>,
        /// Whether this is the method used by default (INFERRED).
        is_main: Option<bool> = required,
        /// How repayments are made.
        payment_method: Option<PaymentMethod> = required,
        /// Progress of the method; usable once `READY` (INFERRED).
        status: RepaymentMethodStatus = required,
    }

    /// Request adding a way to repay.
    pub struct AddRepaymentMethod = "ApiPostRepaymentMethod" {
        /// Whether loans already running switch to it.
        apply_to_all_active_loans: Option<bool> = required,
        /// Account to collect from; mandatory with `DIRECT_DEBIT`.
        from_account: Option<PublicApiAccountNumber>,
        /// Whether future loans use it unless told otherwise.
        is_default_repayment_method: Option<bool> = required,
        /// Label of your choosing.
        name: Option<String>,
        /// How repayments are made, `DIRECT_DEBIT` or `SCT`.
        payment_method: Option<PaymentMethod> = required,
    }

    /// Outcome of the know-your-business checks on a borrower. Loans are only approved once they
    /// have passed.
    pub struct BorrowerComplianceChecks = "BorrowerComplianceChecks" {
        /// Progress of the checks; `APPROVED` means they passed.
        status: ComplianceStatus = required,
    }

    /// User who owns the borrower's account and acts as its contact (INFERRED).
    pub struct BorrowerOwner = "BorrowerOwner" {
        /// Email address of the owner.
        email: Option<String> = required,
        /// Unique id of the owner.
        id: PersonId = required,
        /// Phone number of the owner.
        phone_number: Option<String>,
    }

    /// Record that a borrower has accepted the terms and conditions.
    pub struct SignBorrower = "SignedInput" {
        /// When the borrower accepted, usually by ticking your checkbox.
        signed_at: Option<Timestamp> = required,
        /// True to get the answer only once the credit line exists, which takes 4 to 8 seconds.
        wait_for_ready: Option<bool>,
    }

    /// Query parameters of `borrowers.list`.
    pub struct ListBorrowers = "" {
        /// Keeps borrowers with these identifiers (UUID).
        borrower_id: Vec<BorrowerId>,
        /// Keeps the borrower with this company number.
        borrower_identifier: Option<String>,
        /// Cursor from the previous page. Leave it out for the first page.
        cursor: Option<String>,
        /// Keeps borrowers who signed at or after this moment.
        from_signed_at: Option<Timestamp>,
        /// Most items to put on one page. The default is 100.
        page_size: Option<i64>,
        /// Keeps borrowers who signed at or before this moment.
        to_signed_at: Option<Timestamp>,
    }
}

open_enum! {
    /// Stage of a borrower, from enrolment to being ready for loans.
    pub enum BorrowerStatus {
        /// The borrower has not accepted the terms yet (INFERRED).
        ToSign = "TO_SIGN",
        /// The borrower accepted the terms.
        Signed = "SIGNED",
        /// The direct debit mandate is set up (INFERRED).
        SddSetup = "SDD_SETUP",
        /// All payment means are set up (INFERRED).
        AllPaymentSetup = "ALL_PAYMENT_SETUP",
        /// The borrower can request loans (INFERRED).
        Ready = "READY",
        /// Loans are stopped for risk reasons (INFERRED).
        Blocked = "BLOCKED",
        /// Loans are barred for compliance reasons (INFERRED).
        Prohibited = "PROHIBITED",
        /// The borrower was switched off.
        Deactivated = "DEACTIVATED",
    }

    /// Result of the compliance checks on a borrower. Deprecated in the contract, yet loans need
    /// APPROVED.
    pub enum ComplianceStatus {
        /// No check has a result yet (INFERRED).
        NotKnown = "UNKNOWN",
        /// The checks are running (INFERRED).
        Reviewing = "REVIEWING",
        /// The borrower must provide something first (INFERRED).
        PendingUserAction = "PENDING_USER_ACTION",
        /// The checks passed, so loans can be approved.
        Approved = "APPROVED",
        /// The checks failed (INFERRED).
        Rejected = "REJECTED",
    }

    /// Step that the borrower must take next.
    pub enum BorrowerNextAction {
        /// Complete the file for the company check (KYB).
        FillKybCase = "FILL_KYB_CASE",
    }

    /// Kind of a company number. Some inputs accept only a part of these kinds.
    pub enum IdentifierType {
        /// French company number with 9 digits.
        Siren = "siren",
        /// French establishment number with 14 digits.
        Siret = "siret",
        /// VAT number, starting with a two-letter country code.
        VatNumber = "vat_number",
        /// Spanish tax number (NIF).
        Nif = "nif",
        /// Spanish company tax number (CIF), a letter and 8 digits.
        Cif = "cif",
        /// Dutch chamber of commerce number with 8 digits.
        Kvk = "kvk",
        /// Dutch citizen number with 9 digits, with or without dots.
        Bsn = "bsn",
        /// German trade register number with its court, such as Hamburg HRA 12345.
        HrNummer = "hr_nummer",
        /// German tax number.
        Steuernummer = "steuernummer",
        /// Belgian company number.
        BelgiumRegistrationNumber = "belgium_registration_number",
        /// Plain name of the company, refused when creating a borrower.
        Name = "name",
    }

    /// Kind of record in Defacto's system. The meanings are read from the names (INFERRED).
    pub enum EntityType {
        /// A bank account.
        Account = "account",
        /// A check of bank account details.
        AccountDetailVerification = "account_detail_verification",
        /// A fee invoice of Defacto.
        Bill = "bill",
        /// A company that borrows.
        Borrower = "borrower",
        /// A product opened for one borrower.
        BorrowerFinancialProduct = "borrower_financial_product",
        /// A company of any role.
        Business = "business",
        /// The total risk on one company.
        BusinessExposure = "business_exposure",
        /// A product opened for one company.
        BusinessFinancialProduct = "business_financial_product",
        /// A signed contract.
        Contract = "contract",
        /// A company that trades with a borrower.
        Counterparty = "counterparty",
        /// A country.
        Country = "country",
        /// A payment card.
        CreditCard = "credit_card",
        /// A credit line.
        CreditLine = "credit_line",
        /// A request for documents or information.
        DataRequest = "data_request",
        /// Money held as security.
        Deposit = "deposit",
        /// Interest that is due.
        DueInterest = "due_interest",
        /// A request to check eligibility.
        EligibilityRequest = "eligibility_request",
        /// Participation in a campaign.
        Enrollment = "enrollment",
        /// The eligibility of a record.
        EntityEligibility = "entity_eligibility",
        /// A loan product.
        FinancialProduct = "financial_product",
        /// A warning mark.
        Flag = "flag",
        /// One part of a repayment plan.
        Installment = "installment",
        /// An invoice.
        Invoice = "invoice",
        /// A loan.
        Loan = "loan",
        /// An entry in the history of a loan.
        LoanLog = "loan_log",
        /// A direct debit mandate.
        Mandate = "mandate",
        /// A roll-out of new risk limits.
        MaxExposureDeployment = "max_exposure_deployment",
        /// The sign-up of a company.
        Onboarding = "onboarding",
        /// A product offered during sign-up.
        OnboardingFinancialProduct = "onboarding_financial_product",
        /// An actual money movement.
        Payment = "payment",
        /// A natural person.
        People = "people",
        /// A record called RAC, whose meaning is unknown.
        Rac = "rac",
        /// Unprocessed data from a source.
        RawData = "raw_data",
        /// A document used in debt collection.
        RecollectionDocument = "recollection_document",
        /// A share of revenue owed to a referrer.
        RevenueShare = "revenue_share",
        /// A fake invoice of the sandbox.
        SandboxInvoice = "sandbox_invoice",
        /// A single check of the risk decision.
        UnderwritingCheck = "underwriting_check",
    }

    /// Kind of record that takes part in an enrolment campaign.
    pub enum EnrollmentEntityType {
        /// An existing borrower.
        Borrower = "BORROWER",
        /// A company that is still signing up.
        Onboarding = "ONBOARDING",
    }

    /// Role of a person in a company.
    pub enum DirectorRole {
        /// The person manages the company (INFERRED).
        Director = "DIRECTOR",
        /// The person is linked to the company without managing it (INFERRED).
        NonDirector = "NON_DIRECTOR",
    }

    /// Stage of a repayment method.
    pub enum RepaymentMethodStatus {
        /// The method was just added (INFERRED).
        New = "NEW",
        /// The method is being checked (INFERRED).
        PendingValidation = "PENDING_VALIDATION",
        /// The method can be used (INFERRED).
        Ready = "READY",
        /// The method was switched off (INFERRED).
        Deactivated = "DEACTIVATED",
    }
}
