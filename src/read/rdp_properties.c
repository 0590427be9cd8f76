/*
 * The properties of .rdp files. Ranges and defaults are Microsoft's where a page gives them;
 * what only another client's parser or a written file shows is said in the source.
 */
#include <string.h>

#include "base/text.h"
#include "read/rdp_inside.h"

#define DOC     "Microsoft: supported RDP properties"
#define OLD_DOC "Microsoft: RDP settings of Windows Server 2008 R2"
#define CLIENT  "FreeRDP: client file parser"
#define WRITTEN "files that mstsc wrote"
#define SIGNER  "scopes of signed files, [MS-RDWR] 4.2"

#define SWITCH(NAME, USUAL, SOURCE, FLAGS)                                                         \
	{                                                                                          \
		.name = (NAME), .type = 'i', .most = 1, .usual = (USUAL), .source = (SOURCE),      \
		.flags = (FLAGS)                                                                   \
	}
#define NUMBER(NAME, LEAST, MOST, USUAL, SOURCE, FLAGS)                                            \
	{                                                                                          \
		.name = (NAME), .type = 'i', .least = (LEAST), .most = (MOST), .usual = (USUAL),   \
		.source = (SOURCE), .flags = (FLAGS)                                               \
	}
#define TEXT(NAME, SOURCE, FLAGS)                                                                  \
	{                                                                                          \
		.name = (NAME), .type = 's', .source = (SOURCE), .flags = (FLAGS)                  \
	}

#define J RDP_JUDGED
#define S RDP_SIGNED

static const struct rdp_property rows[] = {
    /* target and gateway */
    TEXT("full address", DOC, J | RDP_SOUND | S),
    TEXT("alternate full address", DOC, J | S),
    NUMBER("server port", 1, 65535, "3389", DOC, J | RDP_SOUND | S),
    TEXT("loadbalanceinfo", DOC, J | S),
    SWITCH("use redirection server name", "0", DOC, J | S),
    TEXT("gatewayhostname", DOC, J | RDP_SOUND | S),
    NUMBER("gatewayusagemethod", 0, 4, "0", DOC, J | RDP_SOUND | S),
    SWITCH("gatewayprofileusagemethod", "0", DOC, J | S),
    NUMBER("gatewaycredentialssource", 0, 5, "0", DOC, J | S),
    TEXT("gatewayaccesstoken", CLIENT, J | RDP_SECRET),
    NUMBER("gatewaybrokeringtype", 0, 1, "0", WRITTEN, J),
    TEXT("kdcproxyname", DOC, J | S),
    SWITCH("rdgiskdcproxy", "0", DOC, J | S),
    SWITCH("promptcredentialonce", "1", DOC, J | S),
    TEXT("pcb", CLIENT, J | S),

    /* the cloud's own */
    TEXT("workspace id", WRITTEN, J), /* RemoteApp files of one's own broker hold it too */
    TEXT("workspaceid", DOC, J | RDP_CLOUD),
    TEXT("armpath", CLIENT, J | RDP_CLOUD),
    TEXT("wvd endpoint pool", CLIENT, J | RDP_CLOUD),
    TEXT("resourceprovider", CLIENT, J | RDP_CLOUD),
    TEXT("geo", CLIENT, J | RDP_CLOUD),
    TEXT("hubdiscoverygeourl", CLIENT, J | RDP_CLOUD),
    TEXT("diagnosticserviceurl", CLIENT, J | RDP_CLOUD),
    TEXT("aadtenantid", CLIENT, J | RDP_CLOUD),
    TEXT("activityhint", CLIENT, J | RDP_CLOUD),
    TEXT("endpointfedauth", CLIENT, J | RDP_CLOUD | RDP_SECRET),
    TEXT("remotedesktopname", WRITTEN, 0),

    /* security and credentials */
    NUMBER("authentication level", 0, 3, "3 by the documentation, 2 as mstsc writes it", DOC,
           J | S),
    SWITCH("enablecredsspsupport", "1", DOC, J | S),
    SWITCH("negotiate security layer", "1", OLD_DOC, J | S),
    SWITCH("enablerdsaadauth", "0", DOC, J),
    SWITCH("targetisaadjoined", "0", DOC, J),
    SWITCH("prompt for credentials", "0", OLD_DOC, J | S),
    SWITCH("prompt for credentials on client", NULL, CLIENT, J),
    TEXT("username", DOC, J),
    TEXT("domain", DOC, J),
    {.name = "password 51", .type = 'b', .source = CLIENT, .flags = J | RDP_SECRET},
    TEXT("cleartextpassword", CLIENT, J | RDP_SECRET),
    SWITCH("administrative session", "0", CLIENT, J),
    SWITCH("connect to console", "0", CLIENT, J),
    SWITCH("public mode", "0", CLIENT, J),
    SWITCH("disableconnectionsharing", "0", DOC, J | S),
    SWITCH("require pre-authentication", "0", SIGNER, J | S),
    TEXT("pre-authentication server address", SIGNER, J | S),
    TEXT("signature", SIGNER, J | RDP_SECRET),
    TEXT("signscope", SIGNER, J),
    TEXT("allowed security protocols", CLIENT, J),

    /* transport */
    SWITCH("networkautodetect", "1", DOC, J),
    SWITCH("bandwidthautodetect", "1", DOC, J),
    NUMBER("connection type", 1, 7, "7", OLD_DOC, J),
    SWITCH("compression", "1", DOC, J),
    SWITCH("autoreconnection enabled", "1", DOC, J | S),
    NUMBER("autoreconnect max retries", 0, 200, "20", CLIENT, J),
    SWITCH("bitmapcachepersistenable", "1", WRITTEN, J),
    NUMBER("bitmapcachesize", 0, 32000, "1500", OLD_DOC, 0),
    SWITCH("disable cursor setting", "0", WRITTEN, 0),
    NUMBER("keyboardhook", 0, 2, "2", DOC, 0),
    NUMBER("session bpp", 8, 32, "32", OLD_DOC, 0),
    SWITCH("videoplaybackmode", "1", DOC, 0),
    SWITCH("audiocapturemode", "0", DOC, 0),
    NUMBER("audiomode", 0, 2, "0", DOC, S),
    NUMBER("audioqualitymode", 0, 2, "0", CLIENT, 0),
    SWITCH("superpan", "0", CLIENT, 0),
    SWITCH("enablesuperpan", "0", CLIENT, 0),
    NUMBER("superpanaccelerationfactor", 0, 10, "1", CLIENT, 0),
    SWITCH("smart sizing", "0", DOC, 0),
    SWITCH("dynamic resolution", "1", DOC, 0),

    /* display */
    NUMBER("screen mode id", 1, 2, "2", DOC, 0),
    NUMBER("desktop size id", 0, 4, "0", DOC, 0),
    NUMBER("desktopwidth", 0, INT32_MAX, NULL, DOC, J),
    NUMBER("desktopheight", 0, INT32_MAX, NULL, DOC, J),
    NUMBER("desktopscalefactor", 100, 500, "100", DOC, 0),
    SWITCH("use multimon", "0", DOC, 0),
    SWITCH("span monitors", "0", CLIENT, 0),
    TEXT("selectedmonitors", DOC, 0),
    SWITCH("maximizetocurrentdisplays", "0", DOC, 0),
    SWITCH("singlemoninwindowedmode", "0", DOC, 0),
    TEXT("winposstr", WRITTEN, 0),
    SWITCH("displayconnectionbar", "1", WRITTEN, 0),
    SWITCH("pinconnectionbar", "1", CLIENT, 0),
    SWITCH("disable wallpaper", "1", WRITTEN, 0),
    SWITCH("disable themes", "0", WRITTEN, 0),
    SWITCH("disable menu anims", "1", WRITTEN, 0),
    SWITCH("disable full window drag", "1", WRITTEN, 0),
    SWITCH("allow font smoothing", "0", WRITTEN, 0),
    SWITCH("allow desktop composition", "0", WRITTEN, 0),

    /* programs */
    TEXT("alternate shell", DOC, S),
    TEXT("shell working directory", CLIENT, S),
    SWITCH("remoteapplicationmode", "1", DOC, J | S),
    TEXT("remoteapplicationprogram", DOC, J | S),
    TEXT("remoteapplicationname", DOC, S),
    TEXT("remoteapplicationicon", DOC, S),
    TEXT("remoteapplicationfile", DOC, S),
    TEXT("remoteapplicationfileextensions", SIGNER, S),
    TEXT("remoteapplicationcmdline", DOC, S),
    TEXT("remoteapplicationguid", CLIENT, S),
    SWITCH("remoteapplicationexpandcmdline", "1", DOC, S),
    SWITCH("remoteapplicationexpandworkingdir", "1", DOC, S),
    SWITCH("remoteappmousemoveinject", "1", CLIENT, 0),
    SWITCH("disableremoteappcapscheck", "0", CLIENT, 0),

    /* devices */
    SWITCH("redirectclipboard", "1", DOC, S),
    SWITCH("redirectprinters", "1", DOC, S),
    SWITCH("redirectsmartcards", "1", DOC, J | S),
    SWITCH("redirectcomports", "0", DOC, S),
    SWITCH("redirectdrives", "0", OLD_DOC, S),
    SWITCH("redirectposdevices", "0", WRITTEN, S),
    SWITCH("redirectlocation", "0", DOC, 0),
    SWITCH("redirectwebauthn", "1", DOC, J),
    SWITCH("redirectdirectx", "1", WRITTEN, S),
    SWITCH("redirecttextprocessing", NULL, SIGNER, 0),
    TEXT("drivestoredirect", DOC, S),
    TEXT("devicestoredirect", DOC, S),
    TEXT("camerastoredirect", DOC, 0),
    TEXT("usbdevicestoredirect", DOC, 0),
    SWITCH("disableclipboardredirection", "0", CLIENT, 0),
    SWITCH("disableprinterredirection", "0", CLIENT, 0),
    SWITCH("encode redirected video capture", "1", DOC, 0),
    NUMBER("redirected video capture encoding quality", 0, 2, "0", DOC, 0),

    /* the rest */
    SWITCH("enableworkspacereconnect", "0", CLIENT, 0),
    SWITCH("disable ctrl+alt+del", "1", CLIENT, 0),
    TEXT("support url", SIGNER, S),
    TEXT("eventloguploadaddress", SIGNER, S),
};

#define COUNT (sizeof rows / sizeof *rows)

const struct rdp_property *rdp_property_at(size_t i)
{
	return i < COUNT ? &rows[i] : NULL;
}

size_t rdp_property_count(void)
{
	return COUNT;
}

size_t rdp_property_index(const char *name)
{
	size_t i = 0;

	while (i < COUNT && !text_same(rows[i].name, name))
		i++;
	return i;
}
