#include "stage/inspectors.h"

#include <stdbool.h>
#include <stddef.h>

/* What each row rests on: only the first kind is a list that its makers check. */
#define CHROMIUM "Chromium, ssl_error_assistant.asciipb"
#define WIDER    "a part of the name in Chromium's ssl_error_assistant.asciipb"
#define REPORTED "named as the issuer in public problem reports"
#define UNREAD   "general knowledge of the product; no certificate or manual was read"

/* The more special rows of a maker first. */
static const struct inspector inspectors[] = {
    {"Fortinet FortiGate", "Fortinet", NULL, CHROMIUM},
    {"Fortinet FortiGate", NULL, "FortiGate CA", WIDER},
    {"Palo Alto Networks", "Palo Alto Networks", NULL, UNREAD},
    {"Palo Alto Networks", NULL, "Palo Alto", UNREAD},
    {"Zscaler", "Zscaler", NULL, CHROMIUM},
    {"Zscaler", NULL, "Zscaler", WIDER},
    {"Netskope", "Netskope", NULL, UNREAD},
    {"Netskope", NULL, "goskope.com", UNREAD},
    {"Sophos Web Appliance", NULL, "Sophos Web Appliance", WIDER},
    {"Sophos UTM", "sophosutm", NULL, WIDER},
    {"Sophos Firewall", "Sophos", "Sophos SSL CA", CHROMIUM},
    {"Sophos Firewall", NULL, "Sophos_CA_", CHROMIUM},
    {"Sophos Firewall", NULL, "SecurityAppliance_SSL_CA", UNREAD},
    {"Cyberoam", "Cyberoam", NULL, CHROMIUM},
    {"Check Point", "Check Point", NULL, UNREAD},
    {"Check Point", NULL, "Check Point", UNREAD},
    {"Cisco Umbrella", NULL, "Cisco Umbrella", WIDER},
    {"Cisco Secure Firewall", NULL, "Firepower", UNREAD},
    {"Symantec Blue Coat", "Blue Coat", NULL, CHROMIUM},
    {"Symantec Web Security Service", NULL, "Web Security Service", UNREAD},
    {"Barracuda", "Barracuda", NULL, UNREAD},
    {"Barracuda", NULL, "Barracuda", UNREAD},
    {"WatchGuard Firebox", "WatchGuard", NULL, UNREAD},
    {"WatchGuard Firebox", NULL, "Fireware HTTPS Proxy", UNREAD},
    {"SonicWall", "SonicWALL", NULL, WIDER},
    {"SonicWall", NULL, "SonicWALL", UNREAD},
    {"Forcepoint", "Forcepoint", NULL, WIDER},
    {"Forcepoint", NULL, "Forcepoint", WIDER},
    {"Forcepoint (Websense)", "Websense", NULL, UNREAD},
    {"Skyhigh Web Gateway (McAfee)", NULL, "McAfee Web Gateway", CHROMIUM},
    {"Skyhigh Web Gateway", NULL, "Skyhigh", UNREAD},
    {"Trellix", "Trellix", NULL, UNREAD},
    {"Trend Micro InterScan", NULL, "IWSS.TREND", CHROMIUM},
    {"ContentKeeper", "ContentKeeper", NULL, WIDER},
    {"NetSpark", "NetSpark", NULL, CHROMIUM},
    {"Smoothwall", NULL, "Smoothwall", WIDER},
    {"Cloudflare Gateway", NULL, "Gateway CA - Cloudflare", UNREAD},
    {"Cato Networks", "Cato Networks", NULL, UNREAD},
    {"iboss", "iboss", NULL, UNREAD},
    {"Untangle", "Untangle", NULL, UNREAD},
    {"pfSense", NULL, "pfSense", UNREAD},
    {"OPNsense", NULL, "OPNsense", UNREAD},
    {"Squid", NULL, "Squid", UNREAD},
    {"Kaspersky", NULL, "Kaspersky", WIDER},
    {"ESET", NULL, "ESET SSL Filter CA", REPORTED},
    {"Bitdefender", "Bitdefender", NULL, WIDER},
    {"Bitdefender", NULL, "Bitdefender Personal CA", WIDER},
    {"Avast", NULL, "avast! Web/Mail Shield", WIDER},
    {"Avast", NULL, "Avast Web/Mail Shield", REPORTED},
    {"AVG", NULL, "AVG Web/Mail Shield", UNREAD},
    {"Norton", NULL, "Norton Web/Mail Shield", REPORTED},
    {"Dr.Web", NULL, "Dr.Web", UNREAD},
    {"AdGuard", NULL, "Adguard Personal CA", UNREAD},
    {"mitmproxy", NULL, "mitmproxy", UNREAD},
    {"Burp Suite", "PortSwigger", NULL, UNREAD},
    {"Charles", NULL, "Charles Proxy", UNREAD},
    {"Fiddler", NULL, "DO_NOT_TRUST_FiddlerRoot", UNREAD},
    {"OWASP ZAP", NULL, "Zed Attack Proxy", UNREAD},
    {"Superfish", "Superfish", NULL, UNREAD},
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool begins(const char *s, const char *word)
{
	while (*word && lower(*s) == lower(*word))
		s++, word++;
	return !*word;
}

static bool contains(const char *s, const char *word)
{
	for (; *s; s++)
		if (begins(s, word))
			return true;
	return false;
}

const struct inspector *inspector_of(const char *organisation, const char *common_name)
{
	for (size_t i = 0; i < sizeof inspectors / sizeof *inspectors; i++) {
		const struct inspector *row = &inspectors[i];

		if ((!row->organisation || contains(organisation, row->organisation)) &&
		    (!row->common_name || contains(common_name, row->common_name)))
			return row;
	}
	return NULL;
}
