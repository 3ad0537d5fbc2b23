//! When are two numbers the same person's line.

/// The form numbers are matched by: half-width digits only, without +86, 0086 and trunk zeros before mobile numbers.
/// Empty for a text without digits, which matches nothing.
pub fn match_key(number: &str) -> String {
    let digits: String = number.chars().filter_map(half_width_digit).collect();
    let national = digits.strip_prefix("0086").or_else(|| international(number, &digits)).unwrap_or(&digits);
    match national.strip_prefix('0') {
        Some(mobile) if mobile.len() == 11 && mobile.starts_with('1') => mobile.to_owned(),
        _ => national.to_owned(),
    }
}

fn international<'a>(number: &str, digits: &'a str) -> Option<&'a str> {
    let plus = number.trim_start().starts_with(['+', '＋']);
    let mobile = digits.len() == 13 && digits.starts_with("861");
    if plus || mobile { digits.strip_prefix("86") } else { None }
}

fn half_width_digit(character: char) -> Option<char> {
    match character {
        '0'..='9' => Some(character),
        '０'..='９' => char::from_digit(character as u32 - '０' as u32, 10),
        _ => None,
    }
}
