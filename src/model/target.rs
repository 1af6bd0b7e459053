//! What the id of a target is that of.

/// By `targetType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetType {
    /// `user`.
    User,
    /// `group`.
    Group,
    /// It is not said, or is none of these: an id is that of a user or of a group.
    Unsaid,
}

impl TargetType {
    /// The type by Graph's name.
    pub fn parse(text: Option<&str>) -> Self {
        match text.map(str::to_lowercase).as_deref() {
            Some("user") => Self::User,
            Some("group") => Self::Group,
            _ => Self::Unsaid,
        }
    }

    /// The id may be that of a user.
    pub fn may_be_user(self) -> bool {
        self != Self::Group
    }

    /// The id may be that of a group.
    pub fn may_be_group(self) -> bool {
        self != Self::User
    }
}
