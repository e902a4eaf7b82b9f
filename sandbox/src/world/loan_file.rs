//! The files that come with a request for a loan.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use defacto_types::{
    Base64Document, CreateLoan, InvalidParam, LoanAttachmentInput, LoanDocumentType,
};

use super::{Refusal, invalid};

/// A file, of which the content is not kept: only heavy, and not read.
#[derive(Clone, Debug)]
pub(crate) struct LoanFile {
    pub(crate) kind: LoanDocumentType,
    pub(crate) name: Option<Box<str>>,
}

/// The files of a request, when nothing is wrong with them.
pub(super) fn read(body: &CreateLoan) -> Result<Vec<LoanFile>, Refusal> {
    let mut wrong = Vec::new();
    let mut files = Vec::new();
    for (index, document) in body.documents.iter().enumerate() {
        let at = format!("documents[{index}].");
        check_content(&at, document.document_binary_base64.as_ref(), &mut wrong);
        let name = document.document_name.as_deref();
        push(
            &at,
            document.document_type.as_ref(),
            name,
            &mut files,
            &mut wrong,
        );
    }
    for (index, attachment) in body.attachments.iter().enumerate() {
        let at = format!("attachments[{index}].");
        let name = name_of(attachment);
        push(
            &at,
            attachment.document_type.as_ref(),
            name,
            &mut files,
            &mut wrong,
        );
    }
    if wrong.is_empty() {
        Ok(files)
    } else {
        Err(Refusal::Invalid(wrong))
    }
}

fn push(
    at: &str,
    kind: Option<&LoanDocumentType>,
    name: Option<&str>,
    files: &mut Vec<LoanFile>,
    wrong: &mut Vec<InvalidParam>,
) {
    match kind.filter(|kind| kind.is_known()) {
        Some(kind) => files.push(LoanFile {
            kind: kind.clone(),
            name: name.map(Into::into),
        }),
        None => {
            let reason = "is no type of loan documents";
            wrong.push(invalid(format!("{at}document_type"), reason));
        }
    }
}

fn check_content(at: &str, content: Option<&Base64Document>, wrong: &mut Vec<InvalidParam>) {
    let content = content.map_or("", |content| content.expose());
    if content.is_empty() || STANDARD.decode(content).is_err() {
        let name = format!("{at}document_binary_base64");
        wrong.push(invalid(name, "must be a file in Base64"));
    }
}

/// The name in whichever object describes the attachment.
fn name_of(attachment: &LoanAttachmentInput) -> Option<&str> {
    let invoice = attachment
        .invoice
        .as_ref()
        .or(attachment.pro_forma.as_ref());
    let act = attachment.public_procurement_ownership_act.as_ref();
    let sale = attachment.sale_purchase_agreement.as_ref();
    invoice
        .and_then(|file| file.document_name.as_deref())
        .or_else(|| act?.document_name.as_deref())
        .or_else(|| sale?.document_name.as_deref())
}
