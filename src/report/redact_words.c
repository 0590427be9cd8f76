#include "report/redact_words.h"

#include <stddef.h>

const char *const redact_kept[] = {
    /* messages of findings_file, dossier and the system */
    "a an and are as at be been by empty ends expected file files findings first for from in input "
    "is it its JSON known left line lines longer more no not of on one or out recognised report "
    "rest saved schema standard string than the this to too unknown unused used value wrong "
    "member members object objects array finding column damaged here nearest lists larger MiB "
    "bytes byte none true time like integer number name names of the family unit",
    "serial number missing only owner mark NUL UTF-16LE UTF-8 module pid "
    "code codes client tells nothing table directory such permission denied too large open "
    "cannot read invalid token premature end unable decode duplicate key control character "
    "escape near real overflow big unexpected maximum parsing depth reached",
    /* where a finding was made */
    "asked dialog error computer host hosts tcp udp dns name http https rdp icmp type code frame "
    "record event log capture probe hive user address answer server session no ms while waiting "
    "ClientHello TLS SSL CN OU DC listener port service services drivers roles installed volume "
    "bitmap query sc netstat ipconfig qwinsta netsh icacls certutil nltest setspn dsregcmd "
    "Test-Path Test-NetConnection Test-ComputerSecureChannel False True displaydns without "
    "Listen Active console interface portproxy show all store My status abno ano dsgetdc fqdn "
    "TERMSRV against list regressions intended entry minutes seconds hours days",
    /* what a computer answers about itself, and could not be asked */
    "adapter adapters administrator committed connections credential disk ephemeral events exit "
    "failed firewall free groups keys kinds listening memory networks past policies policy ports "
    "profile profiles remembered rights rule rules sessions space start starts states suites "
    "switched update updates user users network come controller source force",
    /* what the probe waits for */
    "name's its first next last connection negotiation certificate handshake token tokens "
    "certificates request response reply ServerHello",
    /* files, logs and registry paths that every Windows has */
    "C Users home Windows System32 ProgramData Microsoft Crypto RSA MachineKeys f686aace "
    "SYSTEM SOFTWARE SECURITY HKLM HKCU HKEY_LOCAL_MACHINE ControlSet001 CurrentControlSet "
    "Control Terminal Server WinStations RDP-Tcp PortNumber fDenyTSConnections Services "
    "SharedAccess Parameters FirewallPolicy FirewallRules TermService Policies NT Licensing Core "
    "SystemCertificates Certificates Blob Component Based Servicing Packages RebootPending Lsa "
    "CloudDomainJoin JoinInfo ProductOptions ProductType TSAppCompat PortProxy v4tov4 "
    "ActSysAc Accounts Aliases Builtin Domains SAM LoadableProtocol_Object "
    "LicensingMode RCM SCHANNEL SecurityProviders Protocols Application Setup System Security "
    "Default NTUSER.DAT ProfileList SID.bak NetworkList Profiles Category Winlogon Shell Userinit "
    "4Operational 4Admin Microsoft-Windows-TerminalServices-RemoteConnectionManager "
    "Microsoft-Windows-TerminalServices-LocalSessionManager "
    "Microsoft-Windows-TerminalServices-Gateway Microsoft-Windows-TerminalServices-RDPClient "
    "Microsoft-Windows-TerminalServices-SessionBroker "
    "Microsoft-Windows-TerminalServices-SessionBroker-Client "
    "Microsoft-Windows-TerminalServices-Licensing "
    "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS Microsoft-Windows-NTLM "
    "Microsoft-Windows-CAPI2 Microsoft-Windows-Security-Kerberos "
    "findings session input stdin LocalMachine CurrentUser DefaultSecurity Domain Private Public "
    "TRUE FALSE DENY ALLOW CoreSingleLanguage UserMode In TCP UDP f686aace6942fb7f7ceb231212eef4a4_",
    /* what the rules of .rdp files say, and the names of settings there */
    "ANSI ASCII CredSSP Entra ID Kerberos L01 L02 L03 L04 L05 L06 L07 L08 L09 L10 L11 "
    "L12 L13 L14 L15 L16 L17 L18 L19 L20 L21 L22 L23 L24 L25 L26 L27 L28 PKCS RDP RemoteApp "
    "UTF-16 accepts account added administrator's after again always another any anybody "
    "around asks base64 belongs beyond blank blanks both bracket broker's can changed "
    "characters colon colons cookie covered covers cut decimal default depend depends "
    "different direct does endian expired fails fewer follows gateway get grows height "
    "hexadecimal hold holds ignored incomplete information inside issued issuer itself kind "
    "lead let lets letters many may meant middle must named need needs neither network never "
    "nobody nor off offer old ones order outside over page part password person place reads "
    "refuse refused refuses replaces requires routing same second servers set sign-in signed "
    "signer signing slow some something started states stored take takes tested text there "
    "those thumbprint told try two underscore unreadable unseen valid wants warning web which "
    "width win wins with works zero "
    "aadtenantid activityhint administrative allow allowed alternate anims armpath "
    "audiocapturemode audiomode audioqualitymode authentication autoreconnect "
    "autoreconnection bandwidthautodetect bitmapcachepersistenable bitmapcachesize bpp "
    "camerastoredirect cleartextpassword composition compression connect credentials "
    "ctrl+alt+del cursor desktop desktopheight desktopscalefactor desktopwidth "
    "devicestoredirect diagnosticserviceurl disable disableclipboardredirection "
    "disableconnectionsharing disableprinterredirection disableremoteappcapscheck "
    "displayconnectionbar domain drag drivestoredirect dynamic enablecredsspsupport enabled "
    "enablerdsaadauth enablesuperpan enableworkspacereconnect encode encoding endpoint "
    "endpointfedauth eventloguploadaddress font full gatewayaccesstoken gatewaybrokeringtype "
    "gatewaycredentialssource gatewayhostname gatewayprofileusagemethod gatewayusagemethod "
    "geo hubdiscoverygeourl id kdcproxyname keyboardhook layer loadbalanceinfo max "
    "maximizetocurrentdisplays menu mode monitors multimon negotiate networkautodetect pcb "
    "pinconnectionbar pool pre-authentication prompt promptcredentialonce protocols public "
    "quality rdgiskdcproxy redirectclipboard redirectcomports redirectdirectx redirectdrives "
    "redirected redirection redirectlocation redirectposdevices redirectprinters "
    "redirectsmartcards redirecttextprocessing redirectwebauthn remoteapplicationcmdline "
    "remoteapplicationexpandcmdline remoteapplicationexpandworkingdir remoteapplicationfile "
    "remoteapplicationfileextensions remoteapplicationguid remoteapplicationicon "
    "remoteapplicationmode remoteapplicationname remoteapplicationprogram "
    "remoteappmousemoveinject remotedesktopname require resolution resourceprovider retries "
    "screen security selectedmonitors setting shell signature signscope "
    "singlemoninwindowedmode size sizing smart smoothing span superpan "
    "superpanaccelerationfactor support targetisaadjoined themes url usbdevicestoredirect use "
    "username video videoplaybackmode wallpaper window winposstr working workspace "
    "workspaceid wvd",
    /* cryptography */
    "bits bit EC RSA DSA P-256 P-384 P-521 Ed25519 Ed448 SHA MD5 SHA1 SHA-1 sha1 sha256 sha384 "
    "sha512 "
    "TLS_AES_256_GCM_SHA384 TLS_AES_128_GCM_SHA256 TLS_CHACHA20_POLY1305_SHA256 secp256r1 "
    "secp384r1 secp521r1 x25519",
    /* products: hosts and clients */
    "Windows Home Pro Professional Enterprise Education Core Server Datacenter Standard xrdp "
    "freerdp FreeRDP gnome weston virtualbox rdesktop mstsc Remmina OpenSSL Debian Ubuntu ",
    NULL};

/* Several are names of people too, so they stay in the one finding that names a product. */
const char redact_inspectors[] =
    "Fortinet FortiGate Palo Alto Networks Zscaler Netskope Sophos Web Appliance UTM Firewall "
    "Cyberoam Check Point Cisco Umbrella Secure Symantec Blue Coat Security Service Barracuda "
    "WatchGuard Firebox SonicWall Forcepoint Websense Skyhigh Gateway McAfee Trellix Trend Micro "
    "InterScan ContentKeeper NetSpark Smoothwall Cloudflare Cato iboss Untangle pfSense OPNsense "
    "Squid Kaspersky ESET Bitdefender Avast AVG Norton Dr.Web AdGuard mitmproxy Burp Suite "
    "Fiddler Charles Proxy OWASP ZAP Superfish";

const char redact_fields[] =
    "tpktHeader x224Ccf x224Crq x224Data rdpNegData rdpNegReq rdpCorrelationInfo TSRequest "
    "CHALLENGE NEGOTIATE NTLM AV_PAIR ASN.1Cert ASN 1Cert Alert ClientHello ServerHello "
    "ECParameters Extension Handshake InitialContextToken KeyShareEntry NegTokenResp ServerName "
    "ServerNameList TLSPlaintext Certificate AvId AvLen MsvAvFlags MsvAvTimestamp Value "
    "description level NegotiateFlags Reserved ServerChallenge cipher_suites cipher_suite "
    "extensions legacy_compression_methods legacy_compression_method legacy_session_id "
    "legacy_session_id_echo legacy_version random curve_type namedcurve extension_data "
    "extension_type length msg_type thisMech group key_exchange MessageType Signature Version "
    "negState host_name name_type fragment legacy_record_version type clientNonce errorCode "
    "negoTokens version certificate_list client_shares named_group_list correlationId flags "
    "reserved selectedProtocol requestedProtocols routingToken supported_signature_algorithms "
    "supported_versions classOptions code dstRef srcRef lengthIndicator eot";

const char *const redact_endings[] = {
    "bak",  "bin",  "cer", "crt", "csv",  "dat",    "dll", "dmp",  "docx",  "etl", "evt",
    "evtx", "exe",  "gz",  "hiv", "hive", "html",   "ini", "json", "jsonl", "key", "keys",
    "log",  "md",   "msg", "p12", "pcap", "pcapng", "pem", "pfx",  "png",   "pol", "ps1",
    "rdp",  "rdpw", "reg", "sys", "tar",  "txt",    "xml", "zip",  NULL};
