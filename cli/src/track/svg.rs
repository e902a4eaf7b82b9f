//! A timeline as an image.

use super::line;
use super::timeline::{Entry, Mark};

/// From one entry to the next.
const STEP: usize = 28;
/// Where the trunk is, and where the text of what is on it.
const TRUNK: usize = 190;
/// As wide as the longest line needs at most.
const WIDTH: usize = 900;

/// Draws the entries below each other.
pub(super) fn draw(title: &str, entries: &[Entry]) -> String {
    let height = (entries.len() + 2) * STEP;
    let mut image = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <title>{title}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text x=\"10\" y=\"20\" font-weight=\"bold\">{title}</text>\n",
        title = escaped(title),
    );
    if !entries.is_empty() {
        let (top, bottom) = (2 * STEP - STEP / 2, entries.len() * STEP + STEP / 2);
        image.push_str(&format!(
            "<line x1=\"{TRUNK}\" y1=\"{top}\" x2=\"{TRUNK}\" y2=\"{bottom}\" stroke=\"#999\"/>\n"
        ));
    }
    for (index, entry) in entries.iter().enumerate() {
        let y = (index + 1) * STEP + STEP / 2;
        let (shape, inset) = shape(entry.mark, y);
        let (x, text_y) = (TRUNK + inset, y + 4);
        image.push_str(&format!(
            "<text x=\"{}\" y=\"{text_y}\" text-anchor=\"end\" fill=\"#555\">{}</text>\n\
             {shape}<text x=\"{x}\" y=\"{text_y}\">{}</text>\n",
            TRUNK - 16,
            line::when(entry.at).trim(),
            escaped(&entry.text),
        ));
    }
    image.push_str("</svg>\n");
    image
}

/// The mark, and how far from the trunk its text begins.
fn shape(mark: Mark, y: usize) -> (String, usize) {
    let circle = |style: &str| format!("<circle cx=\"{TRUNK}\" cy=\"{y}\" r=\"6\" {style}/>\n");
    match mark {
        Mark::Seen => (circle("fill=\"#1a7f37\""), 16),
        Mark::Inferred => (
            circle("fill=\"#fff\" stroke=\"#1a7f37\" stroke-dasharray=\"3 2\""),
            16,
        ),
        Mark::Ambiguous => (circle("fill=\"#f0ad00\""), 16),
        Mark::Anomaly => (circle("fill=\"#cf222e\""), 16),
        Mark::Changed => (circle("fill=\"#999\""), 16),
        Mark::Related => {
            let end = TRUNK + 30;
            let branch = format!(
                "<line x1=\"{TRUNK}\" y1=\"{y}\" x2=\"{end}\" y2=\"{y}\" stroke=\"#999\"/>\n"
            );
            (branch, 36)
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
