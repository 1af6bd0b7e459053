//! The states of a sign-in as the person at the keyboard meets them.

/// Where a state is, and what is seen there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scene {
    /// Its name in the state graph.
    pub(super) state: &'static str,
    /// In which tenant, as the beginning of a sentence.
    pub(super) place: &'static str,
    /// What the person sees or does there.
    pub(super) seen: &'static str,
}

const HOME: &str = "At home:";
const HERE: &str = "Here:";
const UNSEEN: &str = "Unseen:";

/// In the order of a sign-in.
#[rustfmt::skip]
pub(super) const SCENES: &[Scene] = &[
    Scene { state: "Start", place: HERE, seen: "they open an application" },
    Scene { state: "Discover", place: HERE, seen: "they are asked who they are" },
    Scene { state: "HomeAuth", place: HOME, seen: "their own tenant asks them to sign in" },
    Scene { state: "IdpAuth", place: HOME, seen: "their identity provider asks them to sign in" },
    Scene { state: "OtpAuth", place: HERE, seen: "a one-time passcode comes by e-mail" },
    Scene { state: "LocalAuth", place: HERE, seen: "this tenant asks them to sign in" },
    Scene { state: "Gate", place: UNSEEN, seen: "cross-tenant access settings are looked at" },
    Scene { state: "CaCollect", place: UNSEEN, seen: "Conditional Access policies that apply are gathered" },
    Scene { state: "BlockCheck", place: UNSEEN, seen: "policies that block are looked at" },
    Scene { state: "Authn", place: UNSEEN, seen: "what is asked for is compared with what they proved" },
    Scene { state: "ChallengeR", place: HERE, seen: "“Verify your identity” asks for a method they registered here" },
    Scene { state: "RegisterR", place: HERE, seen: "“More information required” has them register a method" },
    Scene { state: "ChallengeNewR", place: HERE, seen: "the method just registered is asked for" },
    Scene { state: "ChallengeH", place: HOME, seen: "“Verify your identity” asks for a method they registered at home" },
    Scene { state: "RegisterH", place: HOME, seen: "“More information required” has them register a method" },
    Scene { state: "ChallengeNewH", place: HOME, seen: "the method just registered is asked for" },
    Scene { state: "Device", place: UNSEEN, seen: "the device is looked at" },
    Scene { state: "Risk", place: HERE, seen: "a password change or another remedy of risk is asked for" },
    Scene { state: "Terms", place: HERE, seen: "terms of use are shown" },
    Scene { state: "Session", place: UNSEEN, seen: "session controls are looked at" },
    Scene { state: "Granted", place: HERE, seen: "they are in" },
];

/// The scene of a state; of a block the message.
pub(super) fn scene(state: &str) -> Scene {
    let block = Scene { state: "Block", place: HERE, seen: "“You cannot access this right now”" };
    SCENES.iter().find(|scene| scene.state == state).copied().unwrap_or(block)
}
