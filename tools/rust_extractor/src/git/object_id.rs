//! Full object ids.

/// Whether these bytes are a full id: 40 lower-case hex digits (SHA-1) or 64 (SHA-256).
#[must_use]
pub fn is_object_id(bytes: &[u8]) -> bool {
    matches!(bytes.len(), 40 | 64) && bytes.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::is_object_id;

    #[test]
    fn only_full_lower_case_ids_are_ids() {
        assert!(is_object_id(&[b'a'; 40]) && is_object_id(&[b'0'; 64]));
        assert!(!is_object_id(&[b'A'; 40]) && !is_object_id(&[b'a'; 41]) && !is_object_id(b"--output=x"));
    }
}
