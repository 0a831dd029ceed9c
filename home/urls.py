from django.urls import include, path

from home.bookmarks import views as bookmarks
from home.calls import my_answers as answers
from home.checklists.views import tick
from home.feedback import views as feedback
from home.frame.alerts import close_alert
from home.identity import site_theme
from home.outside import feeds
from home.site_map import site_map
from home.tags.views import tag

urlpatterns = [
    path("", include("home.launch.urls")),
    path("theme.css", site_theme, name="site_theme"),
    path("flux.xml", feeds.site_feed, name="site_feed"),
    path("sitemap.xml", feeds.site_map_file, name="site_map_file"),
    path("robots.txt", feeds.robots, name="robots"),
    path("favicon.ico", feeds.favicon, name="favicon"),
    path("alerte/fermer/", close_alert, name="close_alert"),
    path("mes-pages/", bookmarks.my_pages, name="my_pages"),
    path("mes-pages/garder/", bookmarks.keep, name="keep_page"),
    path("mes-reponses/", answers.my_answers, name="my_answers"),
    path("mes-reponses/<slug:answer_ref>/", answers.my_answer, name="my_answer"),
    path("avis/", feedback.give, name="page_feedback"),
    path("avis/<str:token>/", feedback.comment, name="page_comment"),
    path("plan-du-site/", site_map, name="site_map"),
    path("", include("home.events.urls")),
    path("etiquettes/<slug:slug>/", tag, name="tag"),
    path("listes/<int:page_id>/", tick, name="checklist_tick"),
]
