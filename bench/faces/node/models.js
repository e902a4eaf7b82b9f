// The loan as classes that class-transformer fills: what generated clients do.
import "reflect-metadata";

import { Type } from "class-transformer";

const named = (names) =>
  class {
    constructor() {
      for (const name of names) this[name] = undefined;
    }
  };

const ADDRESS = ["address_line_1", "address_line_2", "city", "country", "postal_code", "state"];
const BUSINESS = [
  "activity_description", "activity_type", "address", "capital", "creation_date",
  "has_ongoing_insolvency_procedure", "id", "identifier", "identifier_type", "is_active",
  "is_diffusible", "legal_form", "nace_code", "name", "registration_body", "registration_date",
  "share_capital", "termination_date", "vat_number",
];
const ACCOUNT = ["account_number", "account_number_type", "bank_identifier", "bank_identifier_type"];
const LOAN = [
  "amount", "beneficiary", "borrower", "borrower_financial_product_id", "closed_at", "contract_url",
  "contractual_repayment_date", "currency", "denial_reason", "deposits", "documents",
  "earliest_to_repay_at", "fees_estimated", "fees_ongoing", "guarantor", "id", "invoice_ids",
  "loan_from", "loan_from_references", "loan_to", "loan_to_references", "loan_type", "metadata",
  "notification_emails", "paid_at", "paid_interests_amount", "repaid_amount", "repaid_nominal_amount",
  "repaid_nominal_at", "repayment_from", "repayment_from_references", "repayment_method",
  "repayment_to", "repayment_to_references", "status", "submitted_at", "to_pay_at", "to_repay_at",
  "transfer_contract_url",
];

export class Address extends named(ADDRESS) {}
export class Business extends named(BUSINESS) {}
export class Account extends named(ACCOUNT) {}
export class Loan extends named(LOAN) {}
export class Page extends named(["data", "count", "page_size", "next_page", "total"]) {}

const typed = (model, of, ...fields) => {
  for (const field of fields) Type(() => of)(model.prototype, field);
};
typed(Business, Address, "address");
typed(Business, Date, "creation_date", "registration_date", "termination_date");
typed(Loan, Business, "beneficiary", "borrower", "guarantor");
typed(Loan, Account, "loan_from", "loan_to", "repayment_from", "repayment_to");
typed(
  Loan, Date, "closed_at", "contractual_repayment_date", "earliest_to_repay_at", "paid_at",
  "repaid_nominal_at", "submitted_at", "to_pay_at", "to_repay_at",
);
typed(Page, Loan, "data");

const camel = (name) => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());

/** The names of the fields, as the server or as JavaScript writes them. */
export function fields(convert) {
  const map = (names) => names.map((name) => [convert ? camel(name) : name, INNER[name]]);
  return { loan: map(LOAN), business: map(BUSINESS), account: map(ACCOUNT), address: map(ADDRESS) };
}

const INNER = {
  beneficiary: "business", borrower: "business", guarantor: "business",
  loan_from: "account", loan_to: "account", repayment_from: "account", repayment_to: "account",
  address: "address",
};
