//! Who wrote a commit and when, from a line such as `Ada <ada@example.org> 1700000000 +0100`.

use bstr::ByteSlice;

use crate::text::Text;

/// The author or committer of a commit, as the commit itself says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name, without the space around it.
    pub name: Text,
    /// What stands between the angle brackets.
    pub email: Text,
    /// Seconds since 1970-01-01 UTC; 0 when the commit's date cannot be read, as git shows it.
    pub time: i64,
    /// Minutes east of UTC.
    pub offset: i32,
}

impl Person {
    /// Reads the line the way git does: the first `<` opens the address, the last `>` precedes the date.
    #[must_use]
    pub fn parse(line: &[u8]) -> Self {
        let open = line.find_byte(b'<').unwrap_or(line.len());
        let rest = line.get(open + 1..).unwrap_or_default();
        let email = &rest[..rest.find_byte(b'>').unwrap_or(rest.len())];
        let date = line.rfind_byte(b'>').map_or(&[][..], |close| &line[close + 1..]);
        let mut fields = date.split_str(b" ").filter(|field| !field.is_empty());
        let time = fields.next().and_then(seconds);
        let offset = fields.next().and_then(minutes);
        Self {
            name: line[..open].trim_ascii().into(),
            email: email.trim_ascii().into(),
            time: time.unwrap_or(0),
            offset: time.and(offset).unwrap_or(0),
        }
    }
}

/// JSON readers hold integers exactly up to 2^53 only; a date beyond it is as unreadable as a word.
fn seconds(field: &[u8]) -> Option<i64> {
    const EXACT: i64 = (1 << 53) - 1;
    let seconds: i64 = field.to_str().ok()?.parse().ok()?;
    (-EXACT..=EXACT).contains(&seconds).then_some(seconds)
}

/// `+hhmm` or `-hhmm`; an impossible zone is brought to the edge of what four digits can say.
fn minutes(field: &[u8]) -> Option<i32> {
    let (sign, digits) = match field.split_first()? {
        (b'+', digits) => (1, digits),
        (b'-', digits) => (-1, digits),
        _ => return None,
    };
    let number: i32 = digits.to_str().ok()?.parse().ok()?;
    let minutes = (number / 100).saturating_mul(60).saturating_add(number % 100);
    Some(sign * minutes.clamp(0, 6000))
}

#[cfg(test)]
mod tests {
    use super::Person;

    fn when(line: &str) -> (i64, i32) {
        let person = Person::parse(line.as_bytes());
        (person.time, person.offset)
    }

    #[test]
    fn a_usual_line_has_its_four_parts() {
        let ada = Person::parse(b"Ada L. <ada@example.org> 1700000000 +0530");
        assert_eq!((ada.name.lossy.as_str(), ada.email.lossy.as_str()), ("Ada L.", "ada@example.org"));
        assert_eq!((ada.time, ada.offset), (1_700_000_000, 330));
    }

    #[test]
    fn odd_dates_are_read_or_zero_but_never_a_failure() {
        assert_eq!(when("A <a> -5 -0100"), (-5, -60));
        assert_eq!(when("A <a> 4294967296 +1400"), (4_294_967_296, 840));
        assert_eq!(when("A <a> yesterday +0100"), (0, 0));
        assert_eq!(when("A <a> 99999999999999999999 +0100"), (0, 0));
        assert_eq!(when("A <a> 1 +999999"), (1, 6000));
        assert_eq!(when("no address at all"), (0, 0));
    }

    #[test]
    fn brackets_inside_do_not_hide_the_date() {
        assert_eq!(when("A <a@b> c> 12 +0000"), (12, 0));
    }
}
