//! The one escaping of values that Asterisk does (AMI.md §2): names on channels and variables are C-escaped, lists of
//! queues are not. Undone once, at the place that knows which header it reads.

/// Undoes `ast_escape_c`. A backslash before anything else stays as it is.
pub fn unescape(value: &str) -> String {
    if !value.contains('\\') {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len());
    let mut rest = value.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        let mut ahead = rest.clone();
        match ahead.next().and_then(escaped) {
            Some(plain) => {
                out.push(plain);
                rest = ahead;
            }
            None => out.push('\\'),
        }
    }
    out
}

fn escaped(letter: char) -> Option<char> {
    Some(match letter {
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{b}',
        '\\' | '\'' | '"' | '?' => letter,
        _ => return None,
    })
}
