//! One-page PDFs in the font every reader has, so that none is embedded.

use defacto_types::Cents;
use jiff::Timestamp;
use jiff::tz::Offset;
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str};

use super::{BillFacts, ContractFacts, InvoiceFacts, LoanFacts, Party};

/// A4, in points.
const WIDTH: f32 = 595.0;
const HEIGHT: f32 = 842.0;

const LEFT: f32 = 60.0;
const VALUES: f32 = 220.0;
const LINE: f32 = 20.0;

const REGULAR: Name<'static> = Name(b"F1");
const BOLD: Name<'static> = Name(b"F2");

/// The file of an invoice.
pub(crate) fn invoice(facts: &InvoiceFacts) -> Vec<u8> {
    let mut page = Page::new(&format!("Invoice {}", facts.number));
    page.line("Issued", &date(facts.issued_at));
    page.line("Due", &date(facts.due_at));
    page.gap();
    page.party("Seller", &facts.seller);
    page.party("Buyer", &facts.buyer);
    page.gap();
    page.line("Net amount", &euros(facts.net));
    page.line("Tax", &euros(facts.tax));
    page.line("Total", &euros(facts.total));
    page.gap();
    page.line("To be paid to", &facts.iban);
    page.line("BIC", &facts.bic);
    page.gap();
    page.note("Made by a sandbox. No goods were sold and nothing is owed.");
    page.finish()
}

/// The file of a borrower's contract.
pub(crate) fn contract(facts: &ContractFacts) -> Vec<u8> {
    let mut page = Page::new(&format!("Loan contract {}", facts.number));
    page.party("Borrower", &facts.borrower);
    if let Some(iban) = &facts.iban {
        page.line("Account", iban);
    }
    page.gap();
    page.line("Credit line up to", &euros(facts.facility));
    page.line("Interest per day", &facts.rate);
    page.gap();
    let signed = facts.signed_at.map(date);
    page.line("Accepted on", signed.as_deref().unwrap_or("not yet"));
    page.gap();
    page.note("Made by a sandbox. It binds nobody.");
    page.finish()
}

/// The file of a bill.
pub(crate) fn bill(facts: &BillFacts) -> Vec<u8> {
    let mut page = Page::new(&format!("Bill {}", facts.number));
    page.party("To", &facts.payer);
    page.gap();
    page.line("Interest on loan", &facts.loan);
    page.line("From", &date(facts.start));
    page.line("To", &date(facts.end));
    page.gap();
    page.line("To pay", &euros(facts.amount));
    page.line("Until", &date(facts.due));
    page.gap();
    page.note("Made by a sandbox. Nothing is owed.");
    page.finish()
}

/// The file of a loan's document.
pub(crate) fn loan(facts: &LoanFacts) -> Vec<u8> {
    let mut page = Page::new(&format!("Loan: {}", facts.kind));
    page.line("Loan", &facts.number);
    page.party("Borrower", &facts.borrower);
    page.gap();
    page.line("Amount", &euros(facts.amount));
    page.line("Paid out", &date(facts.to_pay_at));
    page.line("Repaid", &date(facts.to_repay_at));
    page.line("Interest per day", &facts.rate);
    page.gap();
    page.note("Made by a sandbox. It binds nobody.");
    page.finish()
}

fn euros(amount: Cents) -> String {
    format!("{amount} EUR")
}

fn date(at: Timestamp) -> String {
    Offset::UTC.to_datetime(at).date().to_string()
}

/// A page with its lines from the top down.
struct Page {
    content: Content,
    y: f32,
}

impl Page {
    fn new(title: &str) -> Self {
        let mut page = Self {
            content: Content::new(),
            y: HEIGHT - 80.0,
        };
        page.text(BOLD, 18.0, LEFT, title);
        page.gap();
        page.gap();
        page
    }

    fn line(&mut self, label: &str, value: &str) {
        self.text(BOLD, 11.0, LEFT, label);
        self.text(REGULAR, 11.0, VALUES, value);
        self.gap();
    }

    fn party(&mut self, role: &str, party: &Party) {
        self.line(role, &party.name);
        self.line("", &party.identifier);
    }

    fn note(&mut self, text: &str) {
        self.text(REGULAR, 9.0, LEFT, text);
        self.gap();
    }

    fn gap(&mut self) {
        self.y -= LINE;
    }

    fn text(&mut self, font: Name<'_>, size: f32, x: f32, text: &str) {
        if text.is_empty() {
            return;
        }
        self.content
            .begin_text()
            .set_font(font, size)
            .next_line(x, self.y)
            .show(Str(&encode(text)))
            .end_text();
    }

    fn finish(self) -> Vec<u8> {
        let [catalog, tree, page_id, content, regular, bold] = [1, 2, 3, 4, 5, 6].map(Ref::new);
        let mut pdf = Pdf::new();
        pdf.catalog(catalog).pages(tree);
        pdf.pages(tree).kids([page_id]).count(1);
        let mut page = pdf.page(page_id);
        page.media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT));
        page.parent(tree);
        page.contents(content);
        page.resources()
            .fonts()
            .pair(REGULAR, regular)
            .pair(BOLD, bold);
        page.finish();
        for (font, name) in [(regular, "Helvetica"), (bold, "Helvetica-Bold")] {
            pdf.type1_font(font)
                .base_font(Name(name.as_bytes()))
                .encoding_predefined(Name(b"WinAnsiEncoding"));
        }
        pdf.stream(content, &self.content.finish());
        pdf.finish()
    }
}

/// The text in the font's encoding, which is Latin-1 with a few signs where
/// Latin-1 has none.
fn encode(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| match c {
            ' '..='~' => u8::try_from(c).unwrap_or(b'?'),
            '\u{a0}'..='ÿ' => u8::try_from(u32::from(c)).unwrap_or(b'?'),
            '€' => 0x80,
            'Œ' => 0x8c,
            'œ' => 0x9c,
            '‘' => 0x91,
            '’' => 0x92,
            '–' => 0x96,
            c if c.is_control() => b' ',
            _ => b'?',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Write};
    use std::process::{Command, Stdio};

    use super::*;

    /// What a reader sees.
    fn read(file: &[u8]) -> String {
        let reader = Command::new("pdftotext")
            .args(["-layout", "-enc", "UTF-8", "-", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut reader = match reader {
            Ok(reader) => reader,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                panic!("this test needs `pdftotext`: apt-get install poppler-utils")
            }
            Err(error) => panic!("pdftotext: {error}"),
        };
        reader.stdin.take().unwrap().write_all(file).unwrap();
        let output = reader.wait_with_output().unwrap();
        assert!(output.status.success());
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(text.matches('\u{c}').count(), 1, "one page");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn party(name: &str) -> Party {
        Party {
            name: name.to_owned(),
            identifier: "899021021".to_owned(),
        }
    }

    #[test]
    fn an_invoice_can_be_read() {
        let file = invoice(&InvoiceFacts {
            number: "FK-INVOICE-00beef".to_owned(),
            issued_at: "2030-01-02T03:04:05Z".parse().unwrap(),
            due_at: "2030-02-01T03:04:05Z".parse().unwrap(),
            seller: party("Société Œuvre (d’été) \\ Co."),
            buyer: party("Buyer €"),
            iban: "FR8811111015593603018280926".to_owned(),
            bic: "FK2FACTO".to_owned(),
            net: Cents(10_000),
            tax: Cents(2_000),
            total: Cents(12_000),
        });
        assert!(file.starts_with(b"%PDF-1.7"));
        let text = read(&file);
        for part in [
            "Invoice FK-INVOICE-00beef",
            "Issued 2030-01-02",
            "Due 2030-02-01",
            "Seller Société Œuvre (d’été) \\ Co. 899021021",
            "Buyer Buyer € 899021021",
            "Net amount 100.00 EUR",
            "Tax 20.00 EUR",
            "Total 120.00 EUR",
            "FR8811111015593603018280926",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn a_contract_can_be_read() {
        let mut facts = ContractFacts {
            number: "42".to_owned(),
            borrower: party("Alice Arnaud Co."),
            signed_at: Some("2030-01-02T03:04:05Z".parse().unwrap()),
            facility: Cents(20_000_000),
            rate: "0.05 %".to_owned(),
            iban: Some("FR8811111015593603018280926".to_owned()),
        };
        let text = read(&contract(&facts));
        for part in [
            "Loan contract 42",
            "Borrower Alice Arnaud Co. 899021021",
            "Account FR8811111015593603018280926",
            "Credit line up to 200000.00 EUR",
            "Interest per day 0.05 %",
            "Accepted on 2030-01-02",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        facts.signed_at = None;
        assert!(read(&contract(&facts)).contains("Accepted on not yet"));
    }
}
