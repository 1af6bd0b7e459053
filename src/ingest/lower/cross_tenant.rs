//! Cross-tenant access: default and partners (XT-1 … XT-5).

use super::super::cursor::{Notes, Object};
use crate::model::{
    AccessTarget, B2bSetting, CrossTenantConfig, Id, InboundTrust, Resource, TargetSet, TargetType,
};

/// What a target may be.
const TARGET_TYPES: [&str; 3] = ["user", "group", "application"];

/// The default (no `tenantId`) or a partner.
pub(in crate::ingest) fn lower_cross_tenant(
    object: &Object,
    resource: Resource,
    notes: &mut Notes,
) -> CrossTenantConfig {
    let tenant = object.text("tenantId", notes).map(Id::new);
    let mut config = CrossTenantConfig {
        tenant,
        collaboration_inbound: setting(object, "b2bCollaborationInbound", resource, notes),
        collaboration_outbound: setting(object, "b2bCollaborationOutbound", resource, notes),
        direct_connect_inbound: setting(object, "b2bDirectConnectInbound", resource, notes),
        direct_connect_outbound: setting(object, "b2bDirectConnectOutbound", resource, notes),
        inbound_trust: trust(object, resource, notes),
        service_provider: object.flag("isServiceProvider", notes).unwrap_or_default(),
        unread: Vec::new(),
    };
    config.unread = object.rest(resource, "", "whether the gate is open and what is trusted", notes);
    config
}

fn setting(parent: &Object, key: &str, resource: Resource, notes: &mut Notes) -> Option<B2bSetting> {
    let object = parent.object(key, notes)?;
    let mut unread = Vec::new();
    let users = target_set(&object, "usersAndGroups", resource, &mut unread, notes);
    let applications = target_set(&object, "applications", resource, &mut unread, notes);
    unread.extend(object.rest(resource, key, "whether the gate is open", notes));
    Some(B2bSetting { users, applications, unread })
}

fn target_set(
    parent: &Object,
    key: &str,
    resource: Resource,
    unread: &mut Vec<crate::model::Unread>,
    notes: &mut Notes,
) -> Option<TargetSet> {
    let object = parent.object(key, notes)?;
    let access = object.text("accessType", notes).unwrap_or_default().to_lowercase();
    if access != "allowed" && access != "blocked" {
        let why = "an access type that is not known; whether the gate is open is free";
        unread.push(notes.unread(&object.place.child("accessType"), format!("access type `{access}`"), why));
    }
    let mut targets = Vec::new();
    for target in object.objects("targets", notes) {
        let text = target.text("target", notes).unwrap_or_default();
        let kind = target.text("targetType", notes);
        if let Some(kind) =
            kind.filter(|kind| !TARGET_TYPES.iter().any(|known| known.eq_ignore_ascii_case(kind)))
        {
            let why = "a type that is not known; whether the gate is open is free";
            unread.push(notes.unread(
                &target.place.child("targetType"),
                format!("target type `{kind}`"),
                why,
            ));
        }
        targets.push(match text.to_lowercase().as_str() {
            "allusers" | "allapplications" => AccessTarget::All,
            "office365" => AccessTarget::Office365,
            "allmicrosoftapps" => {
                let why = "which applications these are, the export does not say; free";
                AccessTarget::AllMicrosoftApps(notes.unread(&target.place, "target `AllMicrosoftApps`", why))
            }
            _ => AccessTarget::Id(Id::new(text), TargetType::parse(kind)),
        });
        unread.extend(target.rest(resource, "targets", "whether the gate is open", notes));
    }
    unread.extend(object.rest(resource, key, "whether the gate is open", notes));
    Some(TargetSet { allowed: access == "allowed", targets })
}

fn trust(parent: &Object, resource: Resource, notes: &mut Notes) -> Option<InboundTrust> {
    let object = parent.object("inboundTrust", notes)?;
    let mut trust = InboundTrust {
        mfa: object.flag("isMfaAccepted", notes),
        compliant_device: object.flag("isCompliantDeviceAccepted", notes),
        hybrid_device: object.flag("isHybridAzureADJoinedDeviceAccepted", notes),
        unread: Vec::new(),
    };
    trust.unread = object.rest(resource, "inboundTrust", "what is trusted", notes);
    Some(trust)
}
