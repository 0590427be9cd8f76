/*
 * volumes - Windows volumes with one thing wrong each, made in a folder for accuracy.py.
 *
 *     volumes FOLDER [SEED VARIANTS]
 *
 * Each scene is made so many times (once until told). The first is as the table has it; in the
 * others the seed chooses what differs between sound computers: names, editions, services that
 * nobody needs, rules for other ports, the age of the certificate, an ordinary event.
 *
 * Output  one JSON object a line: name, folder, cause (null: nothing is wrong), and whether the
 *         fault stands in event logs or in hives and files
 * Errors  exit 70 when a volume cannot be made
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "volume_scenes.h"

#define CS           "[HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\"
#define TCP          CS "Control\\Terminal Server\\WinStations\\RDP-Tcp]\n"
#define SOFT         "[HKEY_LOCAL_MACHINE\\SOFTWARE\\"
#define NT           SOFT "Microsoft\\Windows NT\\CurrentVersion]\n"
#define RULES        CS "Services\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules]\n"
#define NAME(pc)     CS "Control\\ComputerName\\ComputerName]\n\"ComputerName\"=\"" pc "\"\n"
#define RULE(x)      RULES "\"ordinary-" x "\"=\"v2.30|Action="
#define OFF(service) CS "Services\\" service "]\n\"Start\"=dword:4\n"

/* In which sound computers differ: one of each row is so. */
#define CHOICES 6
static const char *const differences[][CHOICES] = {
    {"", NAME("DESKTOP-7K2"), NAME("SRV04"), NAME("RECEPTION"), NAME("LAB-3"), NAME("PC-99")},
    {"", NT "\"EditionID\"=\"Enterprise\"\n", NT "\"EditionID\"=\"Education\"\n", "",
     NT "\"ProductName\"=\"Windows 10 Pro for Workstations\"\n",
     NT "\"RegisteredOwner\"=\"somebody\"\n"},
    {"", OFF("Spooler"), OFF("RemoteRegistry"), OFF("WSearch"), OFF("Fax"), OFF("bthserv")},
    {"", RULE("a") "Allow|Active=TRUE|Dir=In|Protocol=6|LPort=5985|\"\n",
     RULE("b") "Block|Active=TRUE|Dir=Out|Protocol=6|RPort=25|\"\n",
     RULE("c") "Allow|Active=FALSE|Dir=In|Protocol=6|LPort=445|\"\n",
     RULE("d") "Block|Active=TRUE|Dir=In|Protocol=17|LPort=1900|\"\n", ""},
    {"", TCP "\"fDisableCdm\"=dword:1\n", TCP "\"fDisableClip\"=dword:1\n",
     TCP "\"ColorDepth\"=dword:4\n", TCP "\"fDisableCpm\"=dword:1\n",
     TCP "\"MinEncryptionLevel\"=dword:3\n"},
    {"", SOFT "Vendor\\Office]\n\"Version\"=\"16.0\"\n",
     SOFT "Vendor\\Browser]\n\"Version\"=\"9\"\n", SOFT "Vendor\\Backup]\n\"LastRun\"=dword:5\n",
     "", ""},
};

static const struct volume_event ordinary_events[] = {
    {0},
    {"System.evtx",
     "Service Control Manager",
     7036,
     false,
     false,
     {"param1", "Windows Update", "param2", "running"}},
    {"System.evtx",
     "Microsoft-Windows-Kernel-General",
     16,
     false,
     false,
     {"HiveNameLength", "#41"}},
    {"Application.evtx", "Microsoft-Windows-RestartManager", 10000, false, false, {NULL}},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* splitmix64, by Sebastiano Vigna (public domain) */
static unsigned luck_below(uint64_t *luck, unsigned n)
{
	uint64_t z = *luck += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (unsigned)((z ^ (z >> 31)) % n);
}

static void add_event(struct volume_plan *plan, const struct volume_event *e)
{
	size_t n = 0;

	while (n < COUNT(plan->events) && plan->events[n].log)
		n++;
	if (e->log && n + 1 < COUNT(plan->events))
		plan->events[n] = *e;
}

/* What is wrong comes behind what differs, so that it holds. */
static struct volume_plan vary(const struct volume_plan *as_told, uint64_t luck, struct buf *text)
{
	struct volume_plan plan = *as_told;

	for (size_t i = 0; i < COUNT(differences); i++)
		buf_puts(text, differences[i][luck_below(&luck, CHOICES)]);
	if (plan.registry)
		buf_puts(text, plan.registry);
	plan.registry = text->bytes;
	if (!plan.certificate_from && !plan.certificate_to) {
		plan.certificate_from = -(int)(10 + luck_below(&luck, 120));
		plan.certificate_to = plan.certificate_from + 180;
	}
	if (plan.events[0].log)
		add_event(&plan, &ordinary_events[luck_below(&luck, COUNT(ordinary_events))]);
	return plan;
}

static bool make(const struct volume_scene *s, const struct volume_plan *plan, const char *folder)
{
	if (mkdir(folder, 0700) < 0 || !volume_make(folder, plan))
		return false;
	printf("{\"name\": \"%s\", \"folder\": \"%s\", \"cause\": %s%s%s, \"is_logged\": %s}\n",
	       s->name, folder, s->cause ? "\"" : "", s->cause ? s->cause : "null",
	       s->cause ? "\"" : "", s->plan.events[0].log ? "true" : "false");
	return true;
}

static bool make_variant(size_t scene, unsigned variant, uint64_t seed, const char *folder)
{
	const struct volume_scene *s = &volume_scenes[scene];
	struct buf text = {0};
	struct volume_plan plan = s->plan;
	char path[512];
	bool is_made;

	snprintf(path, sizeof path, "%s/%zu-%u", folder, scene, variant);
	if (variant)
		plan = vary(&s->plan, seed + 1000 * scene + variant, &text);
	is_made = make(s, &plan, path);
	buf_fini(&text);
	return is_made;
}

int main(int n, char **words)
{
	uint64_t seed = n == 4 ? strtoull(words[2], NULL, 10) : 0;
	unsigned variants = n == 4 ? (unsigned)strtoul(words[3], NULL, 10) : 1;

	if (n != 2 && n != 4) {
		fputs("usage: volumes FOLDER [SEED VARIANTS]\n", stderr);
		return 64;
	}
	for (size_t i = 0; i < n_volume_scenes; i++)
		for (unsigned v = 0; v < variants; v++)
			if (!make_variant(i, v, seed, words[1]))
				return 70;
	return 0;
}
