//! What became of a request whose answer was lost.

use std::time::Duration;

use defacto_types::operation::{Check, Done, From, Retry};
use defacto_types::operations::{invoices, loans};
use defacto_types::{Operation, Value};

use super::answer::{Answer, Found};
use super::request::Request;
use super::send::send;
use super::transport::Transport;
use crate::ErrorKind;
use crate::client::Shared;

/// What a read shows of a request of class S.
pub(crate) enum State {
    /// It was carried out; the answer it would have had.
    Done(Box<Answer>),
    /// It was not.
    Undone,
    /// The read does not tell.
    Unknown,
}

/// Reads the state that guards a class S operation.
pub(crate) async fn look(
    client: &Shared,
    transport: &dyn Transport,
    request: &Request,
    left: Duration,
) -> State {
    let Retry::Guarded(Some(check)) = request.retry else {
        return State::Unknown;
    };
    let Some(read) = reading(&check, request, left) else {
        return State::Unknown;
    };
    let lists = read
        .operation
        .is_some_and(|operation| operation.paging != defacto_types::operation::Paging::None);
    // Boxed: a send within a send.
    match Box::pin(send(client, transport, read.into())).await {
        Ok(mut answer) => {
            let Ok(body) = answer.json::<Value>() else {
                return State::Unknown;
            };
            let state = if lists {
                judge_list(&check, request, &body)
            } else {
                judge(&check, request, &body)
            };
            match state {
                Some(true) => {
                    answer.found = Found::LookedUp;
                    answer.operation = request.operation;
                    answer.retry = request.retry;
                    State::Done(Box::new(answer))
                }
                Some(false) => State::Undone,
                None => State::Unknown,
            }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => match check.done {
            Done::Gone(status) => gone(client, request, status),
            _ => State::Unknown,
        },
        Err(_) => State::Unknown,
    }
}

/// The request that reads.
fn reading(check: &Check, request: &Request, left: Duration) -> Option<Request> {
    let operation = Operation::find(check.read)?;
    let mut read = Request::new(operation);
    for param in operation.path_params {
        let (_, value) = request
            .params
            .iter()
            .find(|(name, _)| *name == param.name)?;
        read = read.path(param.name, value);
    }
    if let Some((name, from)) = check.query {
        match from {
            From::Path(param) => {
                let (_, value) = request.params.iter().find(|(name, _)| *name == param)?;
                read.set_query(name, value.clone());
            }
            From::Body(list, field) => {
                let body = request.body_value()?;
                for item in body.get(list)?.as_array()? {
                    let value = item.get(field)?.as_str()?;
                    read.query.push((name.into(), value.to_owned()));
                }
            }
        }
    }
    read.options.deadline = Some(left);
    Some(read)
}

/// Whether the entity shows that the request was carried out.
fn judge(check: &Check, request: &Request, entity: &Value) -> Option<bool> {
    let status = entity.get("status").and_then(Value::as_str);
    let undone = || match status {
        Some(status) => check.undone.contains(&status).then_some(false),
        None => None,
    };
    let done = match check.done {
        Done::Status(done) => done.contains(&status?),
        Done::StatusAsAsked => {
            let body = request.body_value()?;
            let asked = body.get("status")?.as_str()?;
            if status?.eq_ignore_ascii_case(asked) {
                return Some(true);
            }
            false
        }
        Done::Gone(gone) => !gone.is_empty() && status == Some(gone),
        Done::Present(field) => entity.get(field).is_some_and(|value| !value.is_null()),
        _ => return None,
    };
    if done { Some(true) } else { undone() }
}

/// The same for a check that reads a list.
fn judge_list(check: &Check, request: &Request, page: &Value) -> Option<bool> {
    let items = page.get("data").unwrap_or(page).as_array()?;
    match check.done {
        Done::Gone(_) => {
            let (_, id) = request.params.first()?;
            // A list cut into pages may hide the entity.
            let complete = page.get("next_page").is_none_or(Value::is_null);
            let there = items.iter().any(|item| has_id(item, id));
            match (there, complete) {
                (true, _) => Some(false),
                (false, true) => Some(true),
                (false, false) => None,
            }
        }
        Done::TermsAsAsked => terms(request, items),
        _ => match items.as_slice() {
            [entity] => judge(check, request, entity),
            _ => None,
        },
    }
}

/// Whether every loan has the repayment terms asked for. A loan does not show
/// the accounts of a debit or transfer as they were given, so terms that name
/// one are never known to be done.
fn terms(request: &Request, loans: &[Value]) -> Option<bool> {
    let body = request.body_value()?;
    let asked = body.get("repayment_terms")?.as_array()?;
    let mut same = 0;
    for terms in asked {
        let id = terms.get("loan_id")?.as_str()?;
        let loan = loans.iter().find(|loan| has_id(loan, id))?;
        let date = |object: &Value, field: &str| -> Option<defacto_types::Timestamp> {
            object.get(field)?.as_str()?.parse().ok()
        };
        let dated = date(terms, "repayment_date")? == date(loan, "to_repay_at")?;
        let method = terms.get("repayment_method") == loan.get("repayment_method");
        let account = ["direct_debit", "sct"]
            .iter()
            .any(|field| terms.get(field).is_some_and(|value| !value.is_null()));
        match (dated && method, account) {
            (true, true) => return None,
            (true, false) => same += 1,
            (false, _) => {}
        }
    }
    match same {
        0 => Some(false),
        all if all == asked.len() => Some(true),
        _ => None,
    }
}

/// Servers may write the same identifier in another case than it was given.
fn has_id(entity: &Value, id: &str) -> bool {
    entity
        .get("id")
        .and_then(Value::as_str)
        .is_some_and(|own| own.eq_ignore_ascii_case(id))
}

/// The answer of a removal that a 404 confirms.
fn gone(client: &Shared, request: &Request, status: &str) -> State {
    let Some((_, id)) = request.params.first() else {
        return State::Unknown;
    };
    let body = serde_json::json!({ "id": id, "status": status });
    State::Done(Box::new(Answer {
        operation: request.operation,
        retry: request.retry,
        status: 404,
        headers: http::HeaderMap::new(),
        body: body.to_string().into(),
        key: client.credentials.key(),
        place: String::new(),
        attempts: 0,
        elapsed: Duration::ZERO,
        found: Found::LookedUp,
        salt: None,
    }))
}

/// The loan that a salt the server refuses to see again stands for: the one
/// loan of the same invoice and amount submitted since the call began,
/// `elapsed` ago. More than one, or none, is no answer.
pub(crate) async fn search(
    client: &Shared,
    transport: &dyn Transport,
    request: &Request,
    elapsed: Duration,
    left: Duration,
) -> Option<Answer> {
    if request.operation != Some(&loans::CREATE) {
        return None;
    }
    let body = request.body_value()?;
    let began = std::time::Instant::now();
    let read = |mut request: Request| {
        request.options.deadline = Some(left.saturating_sub(began.elapsed()));
        Box::pin(send(client, transport, request.into()))
    };
    let invoices = match body.get("invoice_ids").and_then(Value::as_array) {
        Some(ids) if !ids.is_empty() => {
            let mut query = Request::new(&invoices::LIST);
            for id in ids.iter().filter_map(Value::as_str) {
                query.query.push(("invoice_id".into(), id.to_owned()));
            }
            read(query).await.ok()?.json::<Value>().ok()?
        }
        _ => {
            let number = body
                .pointer("/invoices/0/invoice_number")
                .and_then(Value::as_str)?;
            let mut query = Request::new(&invoices::LIST);
            query.set_query("query", number.to_owned());
            let mut page = read(query).await.ok()?.json::<Value>().ok()?;
            page.get_mut("data")?.as_array_mut()?.retain(|invoice| {
                invoice.get("invoice_number").and_then(Value::as_str) == Some(number)
            });
            page
        }
    };
    let mut ids: Vec<&str> = invoices
        .get("data")?
        .as_array()?
        .iter()
        .filter_map(|invoice| invoice.get("loan_ids")?.as_array())
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let mut found = None;
    for id in ids {
        let mut answer = read(Request::new(&loans::GET).path("loan_id", id))
            .await
            .ok()?;
        let loan = answer.json::<Value>().ok()?;
        let ours = loan.get("amount") == body.get("amount")
            && since(&answer, &loan, elapsed).unwrap_or(false);
        if ours && found.is_some() {
            return None;
        }
        if ours {
            answer.found = Found::LookedUp;
            answer.operation = request.operation;
            answer.retry = request.retry;
            found = Some(answer);
        }
    }
    found
}

/// Whether a loan may be the one a call that began `elapsed` ago asked for: it
/// was submitted since, by the server's clock.
fn since(answer: &Answer, loan: &Value, elapsed: Duration) -> Option<bool> {
    /// `Date` has whole seconds, and servers' clocks differ a little.
    const MARGIN: Duration = Duration::from_secs(5);
    let date = answer.headers.get(http::header::DATE)?.to_str().ok()?;
    let now = httpdate::parse_http_date(date).ok()?;
    // A loan that came to nothing in the seconds before is not taken for it: a
    // new request for the same invoice is what follows one.
    let over = matches!(
        loan.get("status").and_then(Value::as_str),
        Some("CANCELED" | "DECLINED" | "DELETED")
    );
    let margin = if over { Duration::ZERO } else { MARGIN };
    let began = jiff::Timestamp::try_from(now.checked_sub(elapsed + margin)?).ok()?;
    let submitted: defacto_types::Timestamp = loan.get("submitted_at")?.as_str()?.parse().ok()?;
    Some(submitted.get() >= began)
}

/// How the caller finds out what became of the request.
pub(crate) fn advice(
    retry: Retry,
    salt: Option<&str>,
    operation: Option<&'static Operation>,
) -> String {
    match (retry, salt) {
        (Retry::Salted(_), Some(salt)) => format!(
            "send the same again with salt_id {salt}: the server then answers with what it has"
        ),
        (Retry::Safe, _) => "read the object to see; sending the same again is harmless".to_owned(),
        (Retry::Salted(_), None) => {
            "send the same again: the server recognises it by its keys".to_owned()
        }
        (Retry::Guarded(Some(check)), _) => {
            format!("read the state with {} before sending again", check.read)
        }
        _ => match operation.and_then(reader) {
            Some(read) => format!("look with {read} before sending again"),
            None => "ask Defacto before sending again".to_owned(),
        },
    }
}

/// The list of the same group, which shows what was created.
fn reader(operation: &'static Operation) -> Option<&'static Operation> {
    Operation::find(&format!("{}.list", operation.group))
}
