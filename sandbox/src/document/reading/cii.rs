//! UN/CEFACT Cross Industry Invoice, the XML inside Factur-X and ZUGFeRD.

use defacto_types::{
    AccountInput, AccountNumberType, BankIdentifierType, CounterpartyInput, CreateInvoice,
    Currency, IdentifierType,
};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::world::invoice::Fields;

/// The root in all profiles.
const ROOT: &str = "CrossIndustryInvoice";

/// No element that is read is deeper.
const DEEPEST: usize = 32;

/// No value that is read is longer, in bytes.
const LONGEST: usize = 1000;

/// More elements are not read.
const MOST: usize = 200_000;

/// A company as the XML names it.
#[derive(Default)]
struct Party {
    name: Option<String>,
    legal: Option<(String, String)>,
    vat: Option<String>,
}

/// What was found so far.
#[derive(Default)]
struct Found {
    number: Option<String>,
    issued: Option<Timestamp>,
    due: Option<Timestamp>,
    currency: Option<String>,
    net: Option<i64>,
    tax: Option<i64>,
    total: Option<i64>,
    to_pay: Option<i64>,
    iban: Option<String>,
    bic: Option<String>,
    seller: Party,
    buyer: Party,
}

/// What the XML says; nothing when it is no such invoice, or ends in between.
pub(super) fn read(xml: &[u8]) -> Option<Fields> {
    let text = std::str::from_utf8(xml).ok()?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut path: Vec<String> = Vec::new();
    let mut scheme = String::new();
    let mut value = String::new();
    let mut found = Found::default();
    for _ in 0..MOST {
        match reader.read_event().ok()? {
            Event::Start(element) => {
                if path.len() >= DEEPEST {
                    return None;
                }
                scheme.clear();
                value.clear();
                for attribute in element.attributes().flatten() {
                    if attribute.key.local_name().as_ref() == "schemeID" {
                        scheme.push_str(&attribute.value);
                    }
                }
                path.push(element.local_name().as_ref().to_owned());
                if path.first().is_some_and(|root| root != ROOT) {
                    return None;
                }
            }
            Event::Text(text) => push(&mut value, &text.xml10_content()),
            Event::CData(text) => push(&mut value, &text.xml10_content()),
            // Entities of its own would have to be declared, which is not read.
            Event::GeneralRef(name) => match name.resolve_char_ref() {
                Ok(Some(character)) => push(&mut value, character.encode_utf8(&mut [0; 4])),
                _ => {
                    let known = quick_xml::escape::resolve_predefined_entity(&name);
                    push(&mut value, known.unwrap_or_default());
                }
            },
            Event::End(_) => {
                found.take(&path, &scheme, value.trim());
                path.pop();
                value.clear();
                if path.is_empty() {
                    return Some(found.into_fields());
                }
            }
            Event::DocType(_) | Event::Eof => return None,
            _ => {}
        }
    }
    None
}

fn push(value: &mut String, text: &str) {
    if value.len() + text.len() <= LONGEST {
        value.push_str(text);
    }
}

impl Found {
    /// Keeps a value if it is one that is asked for.
    fn take(&mut self, path: &[String], scheme: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        let names: Vec<&str> = path.iter().skip(1).map(String::as_str).collect();
        let text = || Some(value.to_owned());
        match names[..] {
            ["ExchangedDocument", "ID"] => self.number = text(),
            ["ExchangedDocument", "IssueDateTime", "DateTimeString"] => self.issued = day(value),
            [
                _,
                "ApplicableHeaderTradeAgreement",
                "SellerTradeParty",
                ref rest @ ..,
            ] => {
                self.seller.take(rest, scheme, value);
            }
            [
                _,
                "ApplicableHeaderTradeAgreement",
                "BuyerTradeParty",
                ref rest @ ..,
            ] => {
                self.buyer.take(rest, scheme, value);
            }
            [_, "ApplicableHeaderTradeSettlement", ref rest @ ..] => match rest {
                ["InvoiceCurrencyCode"] => self.currency = text(),
                ["SpecifiedTradePaymentTerms", "DueDateDateTime", _] => self.due = day(value),
                [MEANS, "PayeePartyCreditorFinancialAccount", "IBANID"] => self.iban = text(),
                [MEANS, "PayeeSpecifiedCreditorFinancialInstitution", "BICID"] => {
                    self.bic = text();
                }
                [SUMS, "TaxBasisTotalAmount"] => self.net = cents(value),
                [SUMS, "TaxTotalAmount"] => self.tax = cents(value),
                [SUMS, "GrandTotalAmount"] => self.total = cents(value),
                [SUMS, "DuePayableAmount"] => self.to_pay = cents(value),
                _ => {}
            },
            _ => {}
        }
    }

    fn into_fields(self) -> Fields {
        let account = self.iban.map(|iban| {
            let iban: String = iban.chars().filter(|c| !c.is_whitespace()).collect();
            let kind = self.bic.is_some().then_some(BankIdentifierType::Bic);
            AccountInput::new()
                .account_number(iban)
                .account_number_type(AccountNumberType::Iban)
                .bank_identifier(self.bic)
                .bank_identifier_type(kind)
        });
        // An unknown currency is not the invoice's default, and is refused.
        let currency = self.currency.map(Currency::from);
        let invoice = CreateInvoice::new()
            .buyer(self.buyer.into_input())
            .currency(currency)
            .due_at(self.due)
            .invoice_number(self.number)
            .issued_at(self.issued)
            .net_amount(self.net)
            .seller(self.seller.into_input())
            .tax_amount(self.tax)
            .to_account(account)
            .to_pay_amount(self.to_pay)
            .total_amount(self.total);
        invoice.into()
    }
}

const MEANS: &str = "SpecifiedTradeSettlementPaymentMeans";
const SUMS: &str = "SpecifiedTradeSettlementHeaderMonetarySummation";

impl Party {
    fn take(&mut self, path: &[&str], scheme: &str, value: &str) {
        let text = value.to_owned();
        match path {
            ["Name"] => self.name = Some(text),
            ["SpecifiedLegalOrganization", "ID"] => self.legal = Some((scheme.to_owned(), text)),
            ["SpecifiedTaxRegistration", "ID"] if scheme == "VA" => self.vat = Some(text),
            _ => {}
        }
    }

    /// The company's number, or its VAT number when no other is known.
    fn into_input(self) -> Option<CounterpartyInput> {
        let legal = self.legal.and_then(|(scheme, number)| {
            let number: String = number.chars().filter(|c| !c.is_whitespace()).collect();
            let is_digits = number.bytes().all(|byte| byte.is_ascii_digit());
            // ISO 6523: 0002 is a SIREN, 0009 a SIRET, 0106 a KVK number.
            match (scheme.as_str(), number.len()) {
                ("0002" | "", 9) if is_digits => Some((IdentifierType::Siren, number)),
                ("0009", 14) if is_digits => Some((IdentifierType::Siret, number)),
                ("0106", 8) if is_digits => Some((IdentifierType::Kvk, number)),
                _ => None,
            }
        });
        let vat = self.vat;
        let of_vat = || Some((IdentifierType::VatNumber, vat.clone()?));
        let (kind, number) = legal.or_else(of_vat)?;
        let party = CounterpartyInput::new()
            .identifier(number)
            .identifier_type(kind)
            .name(self.name)
            .vat_number(vat);
        Some(party)
    }
}

/// Format 102 (YYYYMMDD), the only one the standard allows; midnight in UTC.
fn day(text: &str) -> Option<Timestamp> {
    let part = |from, to| text.get(from..to)?.parse::<i16>().ok();
    if text.len() != 8 {
        return None;
    }
    let month = i8::try_from(part(4, 6)?).ok()?;
    let date = Date::new(part(0, 4)?, month, i8::try_from(part(6, 8)?).ok()?).ok()?;
    Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()
}

/// Whole cents; an amount with parts of a cent is none.
fn cents(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part = part.trim_end_matches('0');
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    if digits.is_empty() || part.len() > 2 || !is_number(digits) || !is_number(part) {
        return None;
    }
    let sign = if whole.starts_with('-') { -1 } else { 1 };
    let whole: i64 = digits.parse().ok()?;
    let part: i64 = format!("{part:0<2}").parse().ok()?;
    Some(sign * whole.checked_mul(100)?.checked_add(part)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_days_are_read_exactly() {
        for (text, value) in [
            ("12.34", Some(1_234)),
            ("12.3400", Some(1_234)),
            ("7", Some(700)),
            ("-0.5", Some(-50)),
            ("1.005", None),
            ("1,5", None),
            ("", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(cents(text), value, "{text}");
        }
        assert_eq!(day("20300102").unwrap().to_string(), "2030-01-02T00:00:00Z");
        for text in ["20301302", "2030-1-2", "x0300102", "é030010"] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_such_invoice_says_nothing() {
        let deep = format!("<{ROOT}>{}", "<a>".repeat(100));
        let entities = format!("<!DOCTYPE a [<!ENTITY b 'c'>]><{ROOT}/>");
        let cut = format!("<{ROOT}><a>");
        for xml in [
            "",
            "<Invoice></Invoice>",
            &deep,
            &entities,
            &cut,
            "<a",
            "\u{0}",
        ] {
            assert!(read(xml.as_bytes()).is_none(), "{xml}");
        }
    }
}
