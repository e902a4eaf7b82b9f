//! Operations of the `businesses` group.

use crate::operation::{Answer, Method, Operation, Paging, param};

/// `GET /business/public-data`
pub static SEARCH_PUBLIC_DATA: Operation = Operation::new("businesses", "search_public_data", Method::Get, "/business/public-data")
    .doc(
        "Searches public registers for a company and its identifiers. The answer is a bare array. Use it to find the right number before creating a borrower or counterparty.",
    )
    .query("SearchPublicData")
    .answers(&[200], Answer::List("PublicBusinessData"))
    .paged(Paging::Array);

/// `GET /business/{business_id}/segment`
pub static GET_SEGMENT: Operation = Operation::new(
    "businesses",
    "get_segment",
    Method::Get,
    "/business/{business_id}/segment",
)
.doc("Reads the segment in which Defacto ranks a company. The segment may be missing.")
.path_params(&[param("business_id", "BusinessId")])
.answers(&[200], Answer::Json("BusinessSegment"));
