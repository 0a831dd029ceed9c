from django.urls import include, path

from home.checklists.views import tick
from home.frame.alerts import close_alert
from home.identity import site_theme
from home.site_map import site_map
from home.tags.views import tag

urlpatterns = [
    path("", include("home.launch.urls")),
    path("theme.css", site_theme, name="site_theme"),
    path("alerte/fermer/", close_alert, name="close_alert"),
    path("plan-du-site/", site_map, name="site_map"),
    path("", include("home.events.urls")),
    path("etiquettes/<slug:slug>/", tag, name="tag"),
    path("listes/<int:page_id>/", tick, name="checklist_tick"),
]
