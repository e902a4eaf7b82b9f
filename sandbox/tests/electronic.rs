//! Electronic invoices: what the XML in a PDF says is what the invoice says.
#![allow(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but does not see that helpers here are tests too"
)]

mod support;

use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use defacto_sandbox::Sandbox;
use defacto_types::Value;
use lopdf::{Dictionary, Stream};
use pdf_writer::types::AssociationKind;
use pdf_writer::{Filter, Finish, Name, Pdf, Ref, Str, TextStr};
use serde_json::json;
use support::{Answer, send};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const INVOICE: &str = r#"<?xml version='1.0' encoding='UTF-8'?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
    xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
    xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
  <rsm:ExchangedDocument>
    <ram:ID>F-2030/17</ram:ID>
    <ram:TypeCode>380</ram:TypeCode>
    <ram:IssueDateTime><udt:DateTimeString format="102">20300102</udt:DateTimeString></ram:IssueDateTime>
  </rsm:ExchangedDocument>
  <rsm:SupplyChainTradeTransaction>
    <ram:ApplicableHeaderTradeAgreement>
      <ram:SellerTradeParty>
        <ram:Name>M&#252;ller &amp; Fils</ram:Name>
        <ram:SpecifiedLegalOrganization><ram:ID schemeID="0002">899021021</ram:ID></ram:SpecifiedLegalOrganization>
        <ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">FR11899021021</ram:ID></ram:SpecifiedTaxRegistration>
      </ram:SellerTradeParty>
      <ram:BuyerTradeParty>
        <ram:Name>K&#228;ufer GmbH</ram:Name>
        <ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">DE123456789</ram:ID></ram:SpecifiedTaxRegistration>
      </ram:BuyerTradeParty>
    </ram:ApplicableHeaderTradeAgreement>
    <ram:ApplicableHeaderTradeSettlement>
      <ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
      <ram:SpecifiedTradeSettlementPaymentMeans>
        <ram:PayeePartyCreditorFinancialAccount><ram:IBANID>FR76 3000 6000 0112 3456 7890 189</ram:IBANID></ram:PayeePartyCreditorFinancialAccount>
      </ram:SpecifiedTradeSettlementPaymentMeans>
      <ram:SpecifiedTradePaymentTerms>
        <ram:DueDateDateTime><udt:DateTimeString format="102">20300301</udt:DateTimeString></ram:DueDateDateTime>
      </ram:SpecifiedTradePaymentTerms>
      <ram:SpecifiedTradeSettlementHeaderMonetarySummation>
        <ram:TaxBasisTotalAmount>1000.00</ram:TaxBasisTotalAmount>
        <ram:TaxTotalAmount currencyID="EUR">200.55</ram:TaxTotalAmount>
        <ram:GrandTotalAmount>1200.55</ram:GrandTotalAmount>
        <ram:DuePayableAmount>1100.5</ram:DuePayableAmount>
      </ram:SpecifiedTradeSettlementHeaderMonetarySummation>
    </ram:ApplicableHeaderTradeSettlement>
  </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>"#;

/// A PDF with this file inside, compressed, by a writer that is not the
/// library that reads it.
fn pdf(name: &str, file: &[u8]) -> Vec<u8> {
    write(name, file, &[])
}

/// The same with these compressed streams of objects in it.
fn write(name: &str, file: &[u8], more: &[Vec<u8>]) -> Vec<u8> {
    let mut stream = Stream::new(Dictionary::new(), file.to_vec());
    stream.compress().unwrap();
    let is_smaller = stream.content.len() < file.len();
    let [catalog, tree, page, specification, embedded] = [1, 2, 3, 4, 5].map(Ref::new);
    let mut pdf = Pdf::new();
    let mut root = pdf.catalog(catalog);
    root.pages(tree);
    let mut names = root.names();
    names
        .embedded_files()
        .names()
        .insert(Str(name.as_bytes()), specification);
    names.finish();
    root.insert(Name(b"AF")).array().item(specification);
    root.finish();
    pdf.pages(tree).kids([page]).count(1);
    pdf.page(page).parent(tree);
    let mut spec = pdf.file_spec(specification);
    spec.path(Str(name.as_bytes()))
        .unic_file(TextStr(name))
        .embedded_file(embedded);
    spec.association_kind(AssociationKind::Alternative);
    spec.finish();
    let mut file = pdf.embedded_file(embedded, &stream.content);
    file.subtype(Name(b"text/xml"));
    if is_smaller {
        file.filter(Filter::FlateDecode);
    }
    file.finish();
    for (number, content) in (6..).zip(more) {
        let mut stream = pdf.stream(Ref::new(number), content);
        stream.filter(Filter::FlateDecode);
        stream.pair(Name(b"Type"), Name(b"ObjStm"));
        stream.pair(Name(b"N"), 0).pair(Name(b"First"), 0);
    }
    pdf.finish()
}

async fn upload(to: SocketAddr, query: &str, file: &[u8]) -> Answer {
    let mut body =
        b"--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"i.pdf\"\r\n\r\n"
            .to_vec();
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--b--\r\n");
    let head = format!(
        "POST /invoices/upload{query} HTTP/1.1\r\nhost: {to}\r\nauthorization: Bearer k\r\n\
         connection: close\r\ncontent-type: multipart/form-data; boundary=b\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&body).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    Answer::of(&answer)
}

#[tokio::test]
async fn an_invoice_says_what_its_file_says() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    for name in ["factur-x.xml", "ZUGFeRD-invoice.xml"] {
        let answer = upload(to, "", &pdf(name, INVOICE.as_bytes())).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let made = answer.json();
        for (field, value) in [
            ("invoice_number", json!("F-2030/17")),
            ("issued_at", json!("2030-01-02T00:00:00.000000+00:00")),
            ("due_at", json!("2030-03-01T00:00:00.000000+00:00")),
            ("currency", json!("EUR")),
            ("net_amount", json!(100_000)),
            ("tax_amount", json!(20_055)),
            ("total_amount", json!(120_055)),
            ("to_pay_amount", json!(110_050)),
        ] {
            assert_eq!(made[field], value, "{field}: {made}");
        }
        assert_eq!(made["seller"]["identifier"], "899021021");
        assert_eq!(made["seller"]["name"], "Müller & Fils");
        assert_eq!(made["buyer"]["identifier"], "DE123456789");
        assert_eq!(made["buyer"]["name"], "Käufer GmbH");
        // Nothing is missing, so that it can be handed in as it is.
        let path = format!("/invoice/{}/submit", made["id"].as_str().unwrap());
        let submitted = send(to, "POST", &path, "{}").await;
        assert_eq!(submitted.status, 200, "{}", submitted.text());
    }
    // What the request says of the parties wins.
    let file = pdf("factur-x.xml", INVOICE.as_bytes());
    let made = upload(to, "?buyer=SIREN-111111118", &file).await.json();
    assert_eq!(made["buyer"]["identifier"], "111111118");
}

#[tokio::test]
async fn a_file_that_is_none_makes_an_invoice_to_complete() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    // A bomb: 64 MiB of spaces, a few kilobytes in the file.
    let bomb = pdf("factur-x.xml", &vec![b' '; 64 << 20]);
    assert!(bomb.len() < 200_000);
    let deep = "<CrossIndustryInvoice>".repeat(100_000);
    for file in [
        bomb,
        pdf("factur-x.xml", deep.as_bytes()),
        pdf("other.xml", INVOICE.as_bytes()),
        pdf("factur-x.xml", &INVOICE.as_bytes()[..900]),
        pdf("factur-x.xml", b"\xff\xfe"),
        b"%PDF-1.7".to_vec(),
    ] {
        let made = upload(to, "", &file).await;
        assert_eq!(made.status, 201, "{}", made.text());
        assert!(made.json()["total_amount"].is_null());
    }
    let policy = r#"{"largest_body": 2000}"#;
    send(to, "PUT", "/_sandbox/settings", policy).await;
    let large = upload(to, "", &pdf("factur-x.xml", INVOICE.as_bytes()).repeat(3)).await;
    assert_eq!(large.status, 413, "{}", large.text());
}

/// An electronic invoice with so many streams beside it that hold no object
/// but this much room each.
fn padded(streams: usize, each: usize) -> Vec<u8> {
    let mut room = Stream::new(Dictionary::new(), vec![b' '; each]);
    room.compress().unwrap();
    write(
        "factur-x.xml",
        INVOICE.as_bytes(),
        &vec![room.content; streams],
    )
}

#[tokio::test]
async fn what_a_document_unpacks_to_is_limited_as_a_whole() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    let is_read = async |file: Vec<u8>| {
        let made = upload(to, "", &file).await;
        assert_eq!(made.status, 201, "{}", made.text());
        !made.json()["total_amount"].is_null()
    };
    assert!(is_read(padded(4, 1 << 20)).await);
    // Each of them is small enough, and all together are 300 MiB.
    let bomb = padded(300, 1 << 20);
    assert!(bomb.len() < 1 << 20);
    assert!(!is_read(bomb).await);
}

/// A request for a loan whose invoice says this beside what it must.
async fn lend(to: SocketAddr, file: &[u8], change: impl FnOnce(&mut Value)) -> Answer {
    let borrower = json!({"identifier": "333333334", "signed_at": "2026-01-01T00:00:00Z"});
    send(to, "POST", "/borrowers", &borrower.to_string()).await;
    let iban = "DE89370400440532013000";
    let mut body = json!({
        "amount": 120_055,
        "borrower": {"identifier": "333333334"},
        "invoices": [{
            "buyer": {"identifier": "DE123456789", "identifier_type": "vat_number"},
            "seller": {"identifier": "899 021 021", "identifier_type": "siren"},
            "document": STANDARD.encode(file),
            "issued_at": "2030-01-01T23:00:00Z",
            "due_at": "2030-03-01T00:00:00Z",
            "invoice_number": "F-2030/17",
            "total_amount": 120_055,
        }],
        "loan_to": {"account_number": iban},
        "to_pay_at": "2030-01-03T00:00:00Z",
        "to_repay_at": "2030-02-03T00:00:00Z",
    });
    change(&mut body["invoices"][0]);
    send(to, "POST", "/loans", &body.to_string()).await
}

#[tokio::test]
async fn the_document_of_a_request_completes_it_and_must_not_contradict_it() {
    let sandbox = Sandbox::start().await.unwrap();
    let to = sandbox.address();
    let file = pdf("factur-x.xml", INVOICE.as_bytes());
    for (name, value) in [
        ("total_amount", json!(120_056)),
        ("tax_amount", json!(1)),
        ("invoice_number", json!("F-18")),
        ("due_at", json!("2030-03-03T00:00:00Z")),
        ("currency", json!("GBP")),
    ] {
        let refused = lend(to, &file, |invoice| invoice[name] = value).await;
        assert_eq!(refused.refused(), [format!("invoices[0].{name}")]);
    }
    let refused = lend(to, &file, |invoice| {
        invoice["seller"]["identifier"] = json!("111111118");
    });
    assert_eq!(refused.await.refused(), ["invoices[0].seller.identifier"]);
    let made = lend(to, &file, |_| {}).await;
    assert_eq!(made.status, 201, "{}", made.text());
    // The account paid to is the request's, not the printed one.
    assert_eq!(
        made.json()["loan_to"]["account_number"],
        "DE89370400440532013000"
    );
    let list = send(to, "GET", "/invoices", "").await.json();
    let invoice = &list["data"][0];
    for (field, value) in [
        ("net_amount", json!(100_000)),
        ("tax_amount", json!(20_055)),
        ("to_pay_amount", json!(110_050)),
        ("currency", json!("EUR")),
    ] {
        assert_eq!(invoice[field], value, "{field}: {invoice}");
    }
    assert_eq!(invoice["seller"]["name"], "Müller & Fils");

    // An invoice by itself needs nothing but the document.
    let body = json!({"document": STANDARD.encode(&file), "is_draft": false});
    let alone = send(to, "POST", "/invoices", &body.to_string()).await;
    assert_eq!(alone.status, 201, "{}", alone.text());
    assert_eq!(alone.json()["status"], "VERIFIED");
    assert_eq!(alone.json()["invoice_number"], "F-2030/17");

    // Unless the request is to hold whatever is printed.
    let policy = r#"{"document_contradiction": "ignore"}"#;
    send(to, "PUT", "/_sandbox/settings", policy).await;
    let other = lend(to, &file, |invoice| {
        invoice["total_amount"] = json!(999_999)
    })
    .await;
    assert_eq!(other.status, 201, "{}", other.text());
}
