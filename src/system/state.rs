//! Control states of the sign-in (SM-2), and the codes that people see where it ends.

/// Where a sign-in stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// The request arrives.
    Start,
    /// Who is this?
    Discover,
    /// First factor in the home tenant.
    HomeAuth,
    /// First factor with another identity provider.
    IdpAuth,
    /// Emailed one-time passcode.
    OtpAuth,
    /// First factor in the resource tenant.
    LocalAuth,
    /// Cross-tenant access settings.
    Gate,
    /// Which policies apply.
    CaCollect,
    /// Does one block?
    BlockCheck,
    /// What has to be proved.
    Authn,
    /// A registered method is asked for in the resource tenant.
    ChallengeR,
    /// Registration in the resource tenant.
    RegisterR,
    /// The newly registered method is asked for.
    ChallengeNewR,
    /// A registered method is asked for in the home tenant.
    ChallengeH,
    /// Registration in the home tenant.
    RegisterH,
    /// The newly registered method is asked for in the home tenant.
    ChallengeNewH,
    /// Device controls.
    Device,
    /// Password change and remediation.
    Risk,
    /// Terms of use and custom controls.
    Terms,
    /// Session controls.
    Session,
    /// Access.
    Granted,
    /// The end, with the AADSTS code that is seen.
    Block(u32),
}

impl State {
    /// The name in reports and drawings.
    pub fn name(self) -> String {
        match self {
            Self::Block(code) => format!("Block({code})"),
            other => format!("{other:?}"),
        }
    }

    /// The code, where the sign-in ended in one.
    pub fn code(self) -> Option<u32> {
        match self {
            Self::Block(code) => Some(code),
            _ => None,
        }
    }
}
