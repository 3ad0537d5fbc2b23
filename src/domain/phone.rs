//! When are two numbers the same person's line.

/// The form numbers are matched by: half-width digits only, as they are dialled inside the country: without +86 or 0086,
/// with the zero before an area code, without one before a mobile number. Empty for a text without digits, which matches nothing.
pub fn match_key(number: &str) -> String {
    let digits: String = number.chars().filter_map(half_width_digit).collect();
    let abroad = digits.strip_prefix("0086").or_else(|| international(number, &digits));
    let national = abroad.unwrap_or(&digits);
    if abroad.is_some_and(has_area_code) {
        return format!("0{national}");
    }
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

/// Behind the country code an area code stands without its zero: two or three digits and seven or eight more. Mobile
/// numbers, 400 and 800 lines and the short ones (95598) have none.
fn has_area_code(national: &str) -> bool {
    let mobile = national.len() == 11 && national.starts_with('1');
    let plain = ["0", "400", "800"].iter().any(|start| national.starts_with(start));
    (9..=11).contains(&national.len()) && !mobile && !plain
}

fn half_width_digit(character: char) -> Option<char> {
    match character {
        '0'..='9' => Some(character),
        '０'..='９' => char::from_digit(character as u32 - '０' as u32, 10),
        _ => None,
    }
}
