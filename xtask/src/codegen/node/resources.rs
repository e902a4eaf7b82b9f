//! `resources/*.js`: a class a resource group, a method an operation.

use std::fmt::Write as _;

use defacto_types::operation::{Answer, Body, Method, Operation};
use defacto_types::operations::GROUPS;
use defacto_types::{OPERATIONS, TRACKER, WAITERS, Waiter};

use super::{MARK, Models, camel, comment, plain, settings};
use crate::codegen::rust::pascal;

pub(super) fn generate(models: &Models) -> Result<Vec<(String, String)>, String> {
    let mut files = Vec::new();
    for (group, doc) in GROUPS {
        let class = pascal(group);
        let (mut code, mut types) = (String::new(), String::new());
        for operation in OPERATIONS.iter().filter(|row| row.group == *group) {
            let method = Signature::of(operation, models)?;
            code.push_str(&method.code());
            types.push_str(&method.declaration());
        }
        for waiter in WAITERS.iter().filter(|row| row.group == *group) {
            let (method, declaration) = waiting(waiter)?;
            code.push_str(&method);
            types.push_str(&declaration);
        }
        let mut imports = String::new();
        if code.contains("models.") {
            imports.push_str("const models = require(\"../models\");\n");
        }
        let wire: Vec<_> = ["omit", "pick"]
            .into_iter()
            .filter(|name| code.contains(&format!("{name}(")))
            .collect();
        if !wire.is_empty() {
            let _ = writeln!(
                imports,
                "const {{ {} }} = require(\"../wire\");",
                wire.join(", ")
            );
        }
        let space = if imports.is_empty() { "" } else { "\n" };
        files.push((
            format!("lib/resources/{group}.js"),
            format!(
                "{MARK}\"use strict\";\n\n{imports}{space}class {class} {{\n  #face;\n\n  constructor(face) {{\n    this.#face = face;\n  }}\n{code}}}\n\nmodule.exports = {{ {class} }};\n"
            ),
        ));
        let mut imports = String::new();
        for (used, line) in [
            ("Call<", "import type { Call } from \"../call\";\n"),
            ("FileInput", "import type { FileInput } from \"../face\";\n"),
            ("models.", "import type * as models from \"../models\";\n"),
            ("Pager<", "import type { Pager } from \"../pager\";\n"),
            ("params.", "import type * as params from \"../params\";\n"),
        ] {
            if types.contains(used) {
                imports.push_str(line);
            }
        }
        let mut told = vec!["CallOptions".to_owned()];
        told.extend(
            WAITERS
                .iter()
                .filter(|row| row.group == *group)
                .map(settings::terms),
        );
        let _ = writeln!(
            imports,
            "import type {{ {} }} from \"../settings\";",
            told.join(", ")
        );
        files.push((
            format!("lib/resources/{group}.d.ts"),
            format!(
                "{MARK}{imports}\n{}export declare class {class} {{\n  private constructor();\n{types}}}\n",
                comment(doc, 0)
            ),
        ));
    }
    files.extend(tracker(models)?);
    Ok(files)
}

/// The verbs of a tracker, which is a client itself.
fn tracker(models: &Models) -> Result<[(String, String); 2], String> {
    let (mut code, mut types) = (String::new(), String::new());
    for verb in TRACKER {
        let method = Signature::of(verb, models)?;
        let method_code = method.code().replace("this.#face", "this._face");
        code.push_str(&method_code.replace("models.", "models()."));
        types.push_str(&method.declaration());
    }
    let doc = "What a tracker does beside the operations.";
    Ok([
        (
            "lib/verbs.js".to_owned(),
            format!(
                "{MARK}\"use strict\";\n\nconst {{ Client }} = require(\"./client\");\n\
                 // The classes are loaded with the first call that needs one.\n\
                 const models = () => require(\"./models\");\n\nclass TrackerVerbs extends Client {{\n{}}}\n\n\
                 module.exports = {{ TrackerVerbs }};\n",
                code.trim_start_matches('\n')
            ),
        ),
        (
            "lib/verbs.d.ts".to_owned(),
            format!(
                "{MARK}import type {{ Call }} from \"./call\";\nimport {{ Client }} from \"./client\";\n\
                 import type * as models from \"./models\";\nimport type * as params from \"./params\";\n\
                 import type {{ CallOptions }} from \"./settings\";\n\n{}\
                 export declare class TrackerVerbs extends Client {{\n{types}}}\n",
                comment(doc, 0)
            ),
        ),
    ])
}

/// A waiter's method and its declaration.
fn waiting(waiter: &Waiter) -> Result<(String, String), String> {
    let Answer::Json(ty) = waiter.read.answer else {
        return Err(format!("{waiter}: its read answers with no object"));
    };
    let (mut arguments, mut typed, mut path) = (Vec::new(), Vec::new(), Vec::new());
    for param in waiter.read.path_params {
        let name = camel(param.name);
        typed.push(format!("{name}: string"));
        path.push(format!("{}: {name}", param.name));
        arguments.push(name);
    }
    let method = camel(waiter.name);
    let code = format!(
        "\n  {method}({}, statuses, terms, options) {{\n    return this.#face.object(\"{waiter}\", models.{ty}, {{ path: {{ {} }}, wait: {{ ...terms, statuses }} }}, options);\n  }}\n",
        arguments.join(", "),
        path.join(", ")
    );
    let declaration = format!(
        "{}  {method}({}, statuses: readonly models.{}[], terms?: {}, options?: CallOptions): Call<models.{ty}>;\n",
        comment(&plain(waiter.doc), 1),
        typed.join(", "),
        waiter.statuses,
        settings::terms(waiter)
    );
    Ok((code, declaration))
}

/// How an operation is called from JavaScript.
struct Signature {
    operation: &'static Operation,
    /// The object of parameters: its type, and whether it may be left out.
    params: Option<(String, bool)>,
    takes_file: bool,
    /// The parts of the input beside the path.
    parts: String,
}

impl Signature {
    fn of(operation: &'static Operation, models: &Models) -> Result<Self, String> {
        let body = match operation.body {
            Body::Json(ty) | Body::Form(ty) | Body::Multipart(ty) => Some(ty),
            _ => None,
        };
        let types: Vec<_> = operation.query.into_iter().chain(body).collect();
        let mut is_optional = operation.method != Method::Patch;
        for ty in &types {
            let model = models
                .get(ty)
                .ok_or_else(|| format!("{operation}: there is no model {ty}"))?;
            is_optional &= model.fields.iter().all(|field| !field.required);
        }
        let params = match types.as_slice() {
            [] => None,
            [ty] => Some((format!("params.{ty}Params | models.Model"), is_optional)),
            many => {
                let all: Vec<_> = many.iter().map(|ty| format!("params.{ty}Params")).collect();
                Some((all.join(" & "), is_optional))
            }
        };
        let parts = match (operation.query, body) {
            (None, None) => String::new(),
            (Some(ty), None) => format!("query: params, shape: \"@{ty}\""),
            (None, Some(ty)) => format!("body: params, shape: \"@{ty}\""),
            // One object at the face; what the query does not know is the body's.
            (Some(query), Some(_)) => {
                format!("query: pick(params, \"{query}\"), body: omit(params, \"{query}\")")
            }
        };
        Ok(Self {
            operation,
            params,
            takes_file: matches!(operation.body, Body::Multipart(_) | Body::Undeclared),
            parts,
        })
    }

    fn is_list(&self) -> bool {
        matches!(self.operation.answer, Answer::List(_)) && self.operation.method == Method::Get
    }

    fn code(&self) -> String {
        let mut arguments: Vec<String> = Vec::new();
        let mut parts = Vec::new();
        let mut path = Vec::new();
        for param in self.operation.path_params {
            let name = camel(param.name);
            path.push(format!("{}: {name}", param.name));
            arguments.push(name);
        }
        if !path.is_empty() {
            parts.push(format!("path: {{ {} }}", path.join(", ")));
        }
        if self.params.is_some() {
            arguments.push("params".to_owned());
            parts.push(self.parts.clone());
        }
        if self.takes_file {
            arguments.push("file".to_owned());
            parts.push("file".to_owned());
        }
        arguments.push("options".to_owned());
        let input = if parts.is_empty() {
            "{}".to_owned()
        } else {
            format!("{{ {} }}", parts.join(", "))
        };
        let operation = self.operation;
        let call = match operation.answer {
            Answer::List(ty) if self.is_list() => {
                format!("list(\"{operation}\", models.{ty}, {input}, options)")
            }
            Answer::List(ty) => format!("page(\"{operation}\", models.{ty}, {input}, options)"),
            Answer::Json(ty) => format!("object(\"{operation}\", models.{ty}, {input}, options)"),
            Answer::Empty => format!("nothing(\"{operation}\", {input}, options)"),
            _ => format!("value(\"{operation}\", {input}, options)"),
        };
        format!(
            "\n  {}({}) {{\n    return this.#face.{call};\n  }}\n",
            camel(operation.name),
            arguments.join(", ")
        )
    }

    fn declaration(&self) -> String {
        let operation = self.operation;
        let mut arguments: Vec<String> = operation
            .path_params
            .iter()
            .map(|param| format!("{}: string", camel(param.name)))
            .collect();
        if let Some((ty, is_optional)) = &self.params {
            // Nothing that must be given may stand behind what may be left out.
            let mark = if *is_optional && !self.takes_file {
                "?"
            } else {
                ""
            };
            arguments.push(format!("params{mark}: {ty}"));
        }
        if self.takes_file {
            arguments.push("file: FileInput".to_owned());
        }
        arguments.push("options?: CallOptions".to_owned());
        let returns = match operation.answer {
            Answer::List(ty) if self.is_list() => format!("Pager<models.{ty}>"),
            Answer::List(ty) => format!("Call<models.Page<models.{ty}>>"),
            Answer::Json(ty) => format!("Call<models.{ty}>"),
            Answer::Text | Answer::Csv => "Call<string>".to_owned(),
            Answer::Empty => "Call<void>".to_owned(),
            _ => "Call<unknown>".to_owned(),
        };
        let mut doc = plain(operation.doc);
        if operation.deprecated {
            doc.push_str("\n@deprecated The contract calls it so.");
        }
        format!(
            "{}  {}({}): {returns};\n",
            comment(&doc, 1),
            camel(operation.name),
            arguments.join(", ")
        )
    }
}
