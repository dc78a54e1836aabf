//! How commands end.

/// How a command ended that ended well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    Done,
    /// What was asked for was found wanting.
    Finding,
}
