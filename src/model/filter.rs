//! Filter rules over attributes of devices and applications (CA-11, CA-49): the tree that a rule's text stands for.

use super::Unread;
use super::vocabulary::vocabulary;

vocabulary! {
    /// What a filter does with what its rule matches.
    FilterMode { Include = "include", Exclude = "exclude" }
}

vocabulary! {
    /// The attributes of a device that a filter can compare (CA-49).
    DeviceProperty {
        DeviceId = "deviceId",
        DisplayName = "displayName",
        DeviceOwnership = "deviceOwnership",
        EnrollmentProfileName = "enrollmentProfileName",
        IsCompliant = "isCompliant",
        Manufacturer = "manufacturer",
        MdmAppId = "mdmAppId",
        Model = "model",
        OperatingSystem = "operatingSystem",
        OperatingSystemVersion = "operatingSystemVersion",
        PhysicalIds = "physicalIds",
        ProfileType = "profileType",
        SystemLabels = "systemLabels",
        TrustType = "trustType",
        ExtensionAttribute1 = "extensionAttribute1",
        ExtensionAttribute2 = "extensionAttribute2",
        ExtensionAttribute3 = "extensionAttribute3",
        ExtensionAttribute4 = "extensionAttribute4",
        ExtensionAttribute5 = "extensionAttribute5",
        ExtensionAttribute6 = "extensionAttribute6",
        ExtensionAttribute7 = "extensionAttribute7",
        ExtensionAttribute8 = "extensionAttribute8",
        ExtensionAttribute9 = "extensionAttribute9",
        ExtensionAttribute10 = "extensionAttribute10",
        ExtensionAttribute11 = "extensionAttribute11",
        ExtensionAttribute12 = "extensionAttribute12",
        ExtensionAttribute13 = "extensionAttribute13",
        ExtensionAttribute14 = "extensionAttribute14",
        ExtensionAttribute15 = "extensionAttribute15",
    }
}

impl DeviceProperty {
    /// Visible only on devices that are managed, compliant or hybrid joined.
    pub fn is_extension(self) -> bool {
        self.name().starts_with("extensionAttribute")
    }

    /// Anybody's words: whether case matters to a comparison is open.
    pub fn is_free_text(self) -> bool {
        !self.is_set() && self.values().is_none() && !matches!(self, Self::DeviceId | Self::MdmAppId)
    }

    /// Holds a set of texts, of which `contains` names one whole element.
    pub fn is_set(self) -> bool {
        matches!(self, Self::PhysicalIds | Self::SystemLabels)
    }

    /// The values that there are, where they are a closed list; a device without the attribute has none of them, save
    /// `profileType`, whose first value is the default.
    pub fn values(self) -> Option<&'static [&'static str]> {
        match self {
            Self::DeviceOwnership => Some(&["Personal", "Company"]),
            Self::IsCompliant => Some(&["True", "False"]),
            Self::ProfileType => Some(&["RegisteredDevice", "SecureVM", "Printer", "Shared", "IoT"]),
            Self::TrustType => Some(&["AzureAD", "ServerAD", "Workplace"]),
            _ => None,
        }
    }

    /// Whether the service offers this comparison for the attribute (the table of CA-49).
    pub fn offers(self, comparison: Comparison) -> bool {
        use Comparison::{Contains, Equals, In};
        match self {
            Self::DeviceId | Self::MdmAppId => matches!(comparison, Equals | In),
            Self::PhysicalIds | Self::SystemLabels => comparison == Contains,
            _ if self.values().is_some() => comparison == Equals,
            _ => true,
        }
    }
}

/// How an attribute is compared. The negative operators are these with [`Test::negated`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparison {
    /// `-eq`
    Equals,
    /// `-startsWith`
    StartsWith,
    /// `-endsWith`
    EndsWith,
    /// `-contains`
    Contains,
    /// `-in`
    In,
}

impl Comparison {
    fn compares(self, value: &str, constant: &str) -> bool {
        match self {
            Self::Equals | Self::In => value == constant,
            Self::StartsWith => value.starts_with(constant),
            Self::EndsWith => value.ends_with(constant),
            Self::Contains => value.contains(constant),
        }
    }
}

/// One comparison of an attribute with constants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test<A> {
    /// The attribute.
    pub attribute: A,
    /// How it is compared.
    pub comparison: Comparison,
    /// The operator is the negative one.
    pub negated: bool,
    /// The constants: one, or for `-in` any number.
    pub values: Vec<String>,
}

impl<A> Test<A> {
    /// Whether the comparison, negated or not, matches this value before the negation, without regard to case.
    pub fn matches(&self, value: &str) -> bool {
        let value = value.to_lowercase();
        self.values.iter().any(|constant| self.comparison.compares(&value, &constant.to_lowercase()))
    }

    /// The same with regard to case.
    pub fn matches_exactly(&self, value: &str) -> bool {
        self.values.iter().any(|constant| self.comparison.compares(value, constant))
    }
}

/// A rule over attributes of type `A`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilterRule<A> {
    /// All of them.
    All(Vec<FilterRule<A>>),
    /// One of them.
    Any(Vec<FilterRule<A>>),
    /// Not this.
    Not(Box<FilterRule<A>>),
    /// One comparison.
    Test(Test<A>),
    /// A comparison whose attribute, operator or value is not known; the text tells it from others of the rule.
    Unread(Unread, String),
}

impl<A> FilterRule<A> {
    /// Every comparison in the rule, from left to right.
    pub fn tests(&self) -> Vec<&Test<A>> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::tests).collect(),
            Self::Not(rule) => rule.tests(),
            Self::Test(test) => vec![test],
            Self::Unread(..) => Vec::new(),
        }
    }
}

/// A rule, and whether what it matches is in or out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter<A> {
    /// In or out.
    pub mode: FilterMode,
    /// What matches.
    pub rule: FilterRule<A>,
}
