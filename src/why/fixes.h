/*
 * fixes - remedies that serve more than one cause. A fix for one cause stands beside
 * its row.
 */
#ifndef WHY_FIXES_H
#define WHY_FIXES_H

#include "why/cause.h"

extern const struct fix fix_enable_rdp, fix_firewall_group, fix_firewall_scoped, fix_port_default,
    fix_dial_port, fix_termservice_start, fix_termservice_restart, fix_support_services, fix_reboot,
    fix_install_update, fix_cert_renew, fix_cert_unbind, fix_key_acl, fix_key_file_rename,
    fix_tls12_on, fix_securitylayer_tls, fix_nla_on, fix_use_fqdn, fix_dns_record, fix_dns_register,
    fix_hosts_entry_remove, fix_dns_flush, fix_client_update, fix_saved_credentials_delete,
    fix_udp_off, fix_keepalive, fix_reset_session, fix_drain_off, fix_time_sync, fix_secure_channel,
    fix_dc_dns, fix_restricted_admin, fix_mtu_icmp, fix_mtu_client, fix_filter_allow,
    fix_second_client, fix_rdp_file_edit, fix_policy_change;

#endif
