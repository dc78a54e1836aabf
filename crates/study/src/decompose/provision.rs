//! Provisions of a policy, and what an arm sets that lacks one.

/// Every set of them is an arm, and a run has a base and at most 32 more.
pub const MOST_PROVISIONS: usize = 5;

/// A part of a policy that could have been left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provision {
    /// Its name.
    pub name: String,
    /// What an arm without it sets: `KEY=VALUE`.
    pub without: Vec<String>,
}

/// Those of the rule of 16 December.
pub const PROVISIONS: [&str; MOST_PROVISIONS] = [
    "region-gate=policy.excluded_markets=[]",
    "sensitive-exclusion=sensitive.exclude_promised_ads=false",
    "joined-accounts=apps.unlink=true",
    "voice=extraction.voice_quality=0",
    "minors-content=policy.minors_content=false",
];

impl Provision {
    /// From `NAME=KEY=VALUE[,KEY=VALUE]`: what an arm *without* the provision sets. A comma inside a value is one where no key
    /// and `=` follow.
    ///
    /// # Errors
    /// What is missing, in words.
    pub fn typed(text: &str) -> Result<Self, String> {
        let (name, settings) = text.split_once('=').unwrap_or((text, ""));
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if name.is_empty() || !name.chars().all(plain) {
            return Err(format!(
                "`{name}` is no name for a provision: letters, digits, - and _"
            ));
        }
        let mut without: Vec<String> = Vec::new();
        for piece in settings.split(',') {
            match without.last_mut() {
                Some(before) if !piece.contains('=') => {
                    before.push(',');
                    before.push_str(piece);
                }
                _ => without.push(piece.to_owned()),
            }
        }
        if without.iter().any(|setting| !setting.contains('=')) {
            return Err(format!("it is not said what an arm without `{name}` sets"));
        }
        Ok(Provision {
            name: name.to_owned(),
            without,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn provisions_are_read_as_typed() {
        let typed =
            Provision::typed("gate=policy.excluded_markets=eu,uk,apps.unlink=true").unwrap();
        assert_eq!(typed.name, "gate");
        assert_eq!(
            typed.without,
            ["policy.excluded_markets=eu,uk", "apps.unlink=true"]
        );
        for wrong in ["", "gate", "gate=", "a b=x=1", "=x=1", "gate=on"] {
            assert!(Provision::typed(wrong).is_err(), "{wrong}");
        }
        assert!(PROVISIONS.iter().all(|text| Provision::typed(text).is_ok()));
    }
}
