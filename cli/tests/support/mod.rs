//! The program, and a sandbox of it in another process.
#![allow(dead_code, clippy::unwrap_used, reason = "a test's own code")]

pub(crate) mod desk;

use std::io::{BufRead as _, BufReader, Lines, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, ChildStdout, Command, Output, Stdio};

use serde_json::{Value, json as object};

/// The program, without the settings of whoever runs the tests.
pub(crate) fn defacto() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_defacto"));
    for name in [
        "DEFACTO_API_KEY",
        "DEFACTO_ENV",
        "DEFACTO_BASE_URL",
        "DEFACTO_STORE",
        "DEFACTO_WEBHOOK_TOKEN",
    ] {
        command.env_remove(name);
    }
    command
}

/// Its one JSON object, after it ended with this code.
pub(crate) fn json(output: &Output, code: i32) -> Value {
    let errors = String::from_utf8_lossy(&output.stderr);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(code), "{errors}\n{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    serde_json::from_str(&text).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Killed even when an assertion fails.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// `defacto sandbox`.
pub(crate) struct Sandbox {
    _running: Running,
    pub(crate) base_url: String,
    control_url: String,
}

impl Sandbox {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    pub(crate) fn start_with(options: &[&str]) -> Self {
        let child = defacto()
            .arg("sandbox")
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut running = Running(child);
        let mut line = String::new();
        let stdout = running.0.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        Self {
            _running: running,
            base_url: ready["base_url"].as_str().unwrap().to_owned(),
            control_url: ready["control_url"].as_str().unwrap().to_owned(),
        }
    }

    /// The program, with the key and, in the variables, the address of this
    /// sandbox.
    pub(crate) fn defacto(&self) -> Command {
        let mut command = defacto();
        command
            .env("DEFACTO_API_KEY", "sandbox")
            .env("DEFACTO_BASE_URL", &self.base_url);
        command
    }

    /// Makes something go wrong.
    pub(crate) fn fault(&self, fault: &str) {
        self.control("POST", "faults", fault);
    }

    /// How many requests of an operation came so far.
    pub(crate) fn came(&self, operation: &str) -> usize {
        let place = format!("journal?operation={operation}");
        let journal: Value = serde_json::from_str(&self.control("GET", &place, "")).unwrap();
        journal["requests"].as_array().unwrap().len()
    }

    /// A request to the control API; gives the body of its answer.
    pub(crate) fn control(&self, method: &str, place: &str, body: &str) -> String {
        let (host, path) = self
            .control_url
            .strip_prefix("http://")
            .unwrap()
            .split_once('/')
            .unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        write!(
            stream,
            "{method} /{path}/{place} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 2"), "{answer}");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        body.to_owned()
    }
}

/// A receiver of webhooks: answers 200 to each request and keeps its body.
pub(crate) struct Receiver {
    pub(crate) url: String,
    bodies: std::sync::mpsc::Receiver<Value>,
}

impl Receiver {
    pub(crate) fn start() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (sender, bodies) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut reader = BufReader::new(stream.unwrap());
                let mut length = 0;
                loop {
                    let mut line = String::new();
                    if reader.read_line(&mut line).unwrap_or(0) < 3 {
                        break;
                    }
                    if let Some((name, value)) = line.split_once(':')
                        && name.eq_ignore_ascii_case("content-length")
                    {
                        length = value.trim().parse().unwrap();
                    }
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                reader.get_mut().write_all(answer).unwrap();
                let body = serde_json::from_slice(&body).unwrap();
                if sender.send(body).is_err() {
                    return;
                }
            }
        });
        Self { url, bodies }
    }

    /// The next body; waits for it.
    pub(crate) fn next(&self) -> Value {
        let patience = std::time::Duration::from_secs(30);
        self.bodies.recv_timeout(patience).unwrap()
    }
}

/// The address of a server that passes everything on to this one but the
/// control API, which it does not have.
pub(crate) fn without_control(base_url: &str) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let to = base_url.strip_prefix("http://").unwrap().to_owned();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let to = to.clone();
            std::thread::spawn(move || pass_on(stream.unwrap(), &to));
        }
    });
    format!("http://{address}")
}

fn pass_on(client: TcpStream, to: &str) {
    let mut client = BufReader::new(client);
    let mut head = String::new();
    client.read_line(&mut head).unwrap();
    if head.contains("/_sandbox") {
        let answer = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        client.get_mut().write_all(answer).unwrap();
        return;
    }
    let mut server = TcpStream::connect(to).unwrap();
    server.write_all(head.as_bytes()).unwrap();
    let mut back = server.try_clone().unwrap();
    let mut answered = client.get_ref().try_clone().unwrap();
    std::thread::spawn(move || std::io::copy(&mut back, &mut answered));
    let _ = std::io::copy(&mut client, &mut server);
}

/// The program on a sandbox, to its end.
pub(crate) fn run(sandbox: &Sandbox, arguments: &[&str]) -> Output {
    sandbox.defacto().args(arguments).output().unwrap()
}

/// What an operation answers to this body.
pub(crate) fn call(sandbox: &Sandbox, group: &str, operation: &str, body: &Value) -> Value {
    let input = object!({ "body": body }).to_string();
    let arguments = ["api", group, operation, "--json", "--input", &input];
    json(&run(sandbox, &arguments), 0)
}

/// A loan that was asked for, by its id.
pub(crate) fn lend(sandbox: &Sandbox, auto_validate: bool) -> String {
    let generate = ["api", "testing", "generate_business", "--json"];
    let mut borrower = json(&run(sandbox, &generate), 0);
    borrower["signed_at"] = object!("2026-01-01T00:00:00Z");
    call(sandbox, "borrowers", "create", &borrower);
    let made = call(sandbox, "testing", "generate_invoice", &object!({}));
    let invoice = &made["invoice_creation_payload"];
    let body = object!({
        "amount": 1000, "auto_validate": auto_validate,
        "borrower": {"identifier": borrower["identifier"]},
        "invoices": [invoice], "loan_to": invoice["to_account"],
        "to_pay_at": "2030-01-10T00:00:00Z", "to_repay_at": "2030-02-09T00:00:00Z",
    });
    let loan = call(sandbox, "loans", "create", &body);
    loan["id"].as_str().unwrap().to_owned()
}

/// A command that goes on, with its lines.
pub(crate) struct Going {
    pub(crate) running: Running,
    pub(crate) out: Lines<BufReader<ChildStdout>>,
    pub(crate) err: Lines<BufReader<ChildStderr>>,
}

impl Going {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap()).lines();
        let err = BufReader::new(child.stderr.take().unwrap()).lines();
        Self {
            running: Running(child),
            out,
            err,
        }
    }
}
