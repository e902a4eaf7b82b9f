//! The company that borrows: made up, enrolled, signed, and its contract.

use defacto::Client;
use defacto::types::{
    Borrower, BorrowerStatus, ComplianceStatus, CreateBorrower, GenerateBusiness, SignBorrower,
};
use serde_json::json;

use super::FirstLoan;
use super::contract::{download, save};
use super::narrator::Narrator;
use super::pace::Pace;
use crate::connection::Open;
use crate::failure::Failure;

/// Reads of a borrower who is ready but has no contract link yet.
const CONTRACT_READS: u32 = 5;

/// Generates a company and enrols it.
pub(super) async fn enrol(
    this: &FirstLoan,
    client: &Client,
    narrator: &mut Narrator,
) -> Result<Borrower, Failure> {
    narrator.doing("generating a business");
    let company: CreateBorrower = client
        .testing()
        .generate_business(&GenerateBusiness::new().is_borrower(true))
        .await?;
    let name = company.name.clone().unwrap_or_else(|| "?".to_owned());
    let identifier = company.identifier.clone().unwrap_or_default();
    let kind = company
        .identifier_type
        .as_ref()
        .map_or("identifier", |kind| kind.as_str());
    narrator.done(
        "business",
        &format!("{name}, {kind} {identifier}: made up, not known to the API yet"),
        json!({ "name": name, "identifier": identifier, "identifier_type": kind }),
    )?;

    narrator.doing("enrolling it as a borrower");
    let company = company.wait_for_ready(true);
    let company = if this.sign {
        // The generator may have signed for us.
        company.signed_at(defacto::types::Null)
    } else {
        company.signed_at(jiff::Timestamp::now())
    };
    let borrower = client.borrowers().create(&company).await?.into_inner();
    narrator.done(
        "borrower",
        &format!(
            "{}\nenrolled {}: {}",
            borrower.id,
            if this.sign {
                "unsigned"
            } else {
                "with signed_at"
            },
            status_of(&borrower)
        ),
        json!({ "borrower_id": borrower.id, "status": borrower.status }),
    )?;
    if !this.sign {
        return Ok(borrower);
    }

    narrator.doing("signing");
    let signature = SignBorrower::new()
        .signed_at(jiff::Timestamp::now())
        .wait_for_ready(true);
    let borrower = client.borrowers().sign(&borrower.id, &signature).await?;
    narrator.done(
        "sign",
        &format!("terms accepted by {name}: {}", status_of(&borrower)),
        json!({ "borrower_id": borrower.id, "status": borrower.status }),
    )?;
    Ok(borrower)
}

/// Waits until the borrower may take loans, and has a contract to show if one
/// comes soon.
pub(super) async fn ready(
    open: &Open,
    mut borrower: Borrower,
    narrator: &mut Narrator,
) -> Result<Borrower, Failure> {
    narrator.doing("waiting until the borrower is ready");
    let mut pace = Pace::of(open);
    let mut without_contract = 0;
    loop {
        if let Some(
            status @ (BorrowerStatus::Blocked
            | BorrowerStatus::Prohibited
            | BorrowerStatus::Deactivated),
        ) = &borrower.status
        {
            return Err(Failure::other(format!(
                "the borrower is {status} and may not take loans: run the command again for \
                 another company"
            )));
        }
        if is_ready(&borrower) {
            if borrower.contract_s3_url.is_some() || without_contract == CONTRACT_READS {
                break;
            }
            without_contract += 1;
        }
        pace.wait().await;
        let read = client_get(&open.client, &borrower).await;
        if let Some(read) = pace.read(read)? {
            borrower = read;
        }
    }
    narrator.done(
        "ready",
        &format!("the borrower is {}", status_of(&borrower)),
        json!({
            "status": borrower.status,
            "compliance": borrower.compliance_checks.as_ref().map(|checks| &checks.status),
        }),
    )?;
    Ok(borrower)
}

async fn client_get(client: &Client, borrower: &Borrower) -> Result<Borrower, defacto::Error> {
    client.borrowers().get(&borrower.id).await
}

/// Both are asked for where both are given: the guide waits for compliance,
/// and the status says more.
fn is_ready(borrower: &Borrower) -> bool {
    let approved = borrower
        .compliance_checks
        .as_ref()
        .map(|checks| checks.status == ComplianceStatus::Approved);
    let ready = borrower
        .status
        .as_ref()
        .map(|status| *status == BorrowerStatus::Ready);
    match (ready, approved) {
        (None, None) => false,
        (ready, approved) => ready.unwrap_or(true) && approved.unwrap_or(true),
    }
}

fn status_of(borrower: &Borrower) -> String {
    let status = borrower
        .status
        .as_ref()
        .map_or_else(|| "status not told".to_owned(), ToString::to_string);
    match &borrower.compliance_checks {
        Some(checks) => format!("{status}, compliance {}", checks.status),
        None => status,
    }
}

/// Downloads the contract; writes it only where the user named a file.
pub(super) async fn contract(
    this: &FirstLoan,
    borrower: &Borrower,
    narrator: &mut Narrator,
) -> Result<(), Failure> {
    narrator.doing("downloading the contract");
    let Some(link) = &borrower.contract_s3_url else {
        return narrator.done(
            "contract",
            "the server gives no link to one yet",
            json!({ "bytes": null, "file": null }),
        );
    };
    let bytes = download(link.expose()).await?;
    let kept = match &this.save_contract {
        Some(file) => {
            save(file, &bytes)?;
            format!("kept in {}", file.display())
        }
        None => "not kept (--save-contract FILE keeps it)".to_owned(),
    };
    narrator.done(
        "contract",
        &format!(
            "a PDF of {} bytes, read from its temporary link; {kept}",
            bytes.len()
        ),
        json!({ "bytes": bytes.len(), "file": this.save_contract }),
    )
}
