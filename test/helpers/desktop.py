"""A desktop on the session bus: prints every notification that it is asked to show, one JSON object a line."""
import json

from gi.repository import Gio, GLib

INTERFACE = """
<node><interface name="org.freedesktop.Notifications">
  <method name="Notify">
    <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="as" direction="in"/><arg type="a{sv}" direction="in"/><arg type="i" direction="in"/>
    <arg type="u" direction="out"/>
  </method>
  <method name="GetServerInformation">
    <arg type="s" direction="out"/><arg type="s" direction="out"/><arg type="s" direction="out"/><arg type="s" direction="out"/>
  </method>
  <method name="GetCapabilities"><arg type="as" direction="out"/></method>
</interface></node>
"""


def answer(_connection, _sender, _path, _interface, method, given, call):
    if method == "Notify":
        app, _, _, summary, body, actions, *_ = given.unpack()
        print(json.dumps({"app": app, "summary": summary, "body": body, "actions": actions}), flush=True)
        call.return_value(GLib.Variant("(u)", (1,)))
    elif method == "GetCapabilities":
        call.return_value(GLib.Variant("(as)", (["body", "body-markup"],)))
    else:
        call.return_value(GLib.Variant("(ssss)", ("test", "test", "1", "1.2")))


def listen(connection, _name):
    interface = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
    connection.register_object("/org/freedesktop/Notifications", interface, answer, None, None)


def tell(_connection, _name):
    print("ready", flush=True)


Gio.bus_own_name(Gio.BusType.SESSION, "org.freedesktop.Notifications", Gio.BusNameOwnerFlags.NONE, listen, tell, None)
GLib.timeout_add_seconds(60, lambda: loop.quit())
loop = GLib.MainLoop()
loop.run()
