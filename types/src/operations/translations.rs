//! Operations of the `translations` group.

use crate::operation::{Answer, Method, Operation, param};

/// `GET /translation/denial-code/{code}`
pub static GET_DENIAL_CODE: Operation = Operation::new("translations", "get_denial_code", Method::Get, "/translation/denial-code/{code}")
    .doc(
        "Reads the texts of one denial code in German, English, Spanish and French. The contract declares only a default answer.",
    )
    .path_params(&[param("code", "DenialCode")])
    .answers(&[200], Answer::Json("Translations"));

/// `GET /business/data-request/data-type/{data_type}`
pub static GET_DATA_TYPE: Operation = Operation::new("translations", "get_data_type", Method::Get, "/business/data-request/data-type/{data_type}")
    .doc(
        "Reads the texts of one kind of requested document or information. It also tells whether a document must be uploaded.",
    )
    .path_params(&[param("data_type", "DataRequestType")])
    .answers(&[200], Answer::Json("DataTypeInfo"));
